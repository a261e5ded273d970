/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's options for FlexOS: one thread at a time (NO_SYS), raw API under our own socket layer, all memory from the compartment's heap
 * (no fixed pools: thousands of connections, and memory returns when they end), window and queues for bulk transfer. */
#ifndef FLEXOS_LWIPOPTS_H
#define FLEXOS_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_TIMERS 1

#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 8
#define MEM_SIZE (1024 * 1024 * 1024)

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_ARP 1
#define LWIP_ETHERNET 1
#define LWIP_ICMP 1
#define LWIP_RAW 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_IPV6_AUTOCONFIG 1
#define LWIP_IPV6_DHCP6 0
#define IP_REASSEMBLY 1
#define IP_FRAG 1
#define IP_REASS_MAX_PBUFS 64
#define LWIP_BROADCAST_PING 0
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 1024
#define SO_REUSE 1
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 256
#define ARP_TABLE_SIZE 64
#define ETHARP_TRUST_IP_MAC 0

#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 5
#define TCP_WND (512 * 1024)
#define TCP_SND_BUF (512 * 1024)
#define TCP_SND_QUEUELEN 2048
#define TCP_SNDLOWAT 32768
#define TCP_SNDQUEUELOWAT 1024
#define TCP_OVERSIZE TCP_MSS
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_BYTES (512 * 1024)
#define TCP_OOSEQ_MAX_PBUFS 512
#define LWIP_TCP_SACK_OUT 1
#define LWIP_TCP_TIMESTAMPS 0
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 255
#define LWIP_TCP_KEEPALIVE 1
#define TCP_MSL 1000UL
#define MEMP_NUM_TCP_PCB 65536
#define MEMP_NUM_TCP_PCB_LISTEN 1024
#define MEMP_NUM_TCP_SEG 65536
#define MEMP_NUM_UDP_PCB 1024
#define MEMP_NUM_SYS_TIMEOUT 32
#define PBUF_POOL_SIZE 65535
#define PBUF_POOL_BUFSIZE 1600

#define LWIP_CHKSUM_ALGORITHM 3
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1
#define LWIP_CHECKSUM_ON_COPY 0

#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_TX_SINGLE_PBUF 1
#define LWIP_SINGLE_NETIF 0

#define LWIP_STATS 0
#define LWIP_DEBUG 0
#define LWIP_NOASSERT 1

#endif
