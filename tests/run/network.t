#!/usr/bin/env python3
# quick
# SPDX-License-Identifier: BSD-3-Clause
"""User-mode networking: port forwarding, confinement of its process, refusals; TAP where permitted."""
import os
import re
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import *  # noqa: E402,F403

peer = guest("peer")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def echo_tcp(port, data, address="127.0.0.1"):
    with socket.create_connection((address, port), timeout=10) as client:
        client.settimeout(10)
        client.sendall(data)
        got = b""
        while len(got) < len(data):
            more = client.recv(65536)
            if not more:
                break
            got += more
    return got == data


def echo_udp(port, data):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(data, ("127.0.0.1", port))
        return client.recv(65536) == data


tcp, udp = free_port(), free_port(socket.SOCK_DGRAM)
process = start("run", "-p", f"{tcp}:7", "-p", f"127.0.0.1:{udp}:7/udp", peer, "--", "flood", "20000")
line = process.stdout.readline()
ok(re.search(r"net=\d+:52:54:00:12:34:56 net.kind=packet net.vnet=0 net.mtu=1500 net.ip=10.0.2.15/24 net.gateway=10.0.2.2 net.dns=10.0.2.3$", line.strip()),
   "the image is told of its device", line)
ok(process.stdout.readline() == "flooded\n", "20000 frames at once do not block the image for good")
ok(echo_tcp(tcp, b"hello"), "a TCP port leads into the image")
ok(echo_tcp(tcp, os.urandom(1000)), "again, on a second connection")
ok(echo_udp(udp, b"datagram"), "a UDP port leads into the image")
ok(all(echo_udp(udp, os.urandom(1 + i * 14)) for i in range(100)), "100 datagrams of up to 1387 bytes")

listening = os.popen(f"ss -Hltn sport = :{tcp}").read() if os.path.exists("/usr/bin/ss") else "127.0.0.1"
ok("127.0.0.1" in listening and "0.0.0.0:" + str(tcp) not in listening, "it listens on 127.0.0.1 only", listening)
family = children(process.pid)
helpers = [pid for pid in family if open(f"/proc/{pid}/comm").read().strip() == "flexos-network"]
ok(len(helpers) == 1, "one process does the networking", family)
status = dict(line.split(":\t", 1) for line in open(f"/proc/{helpers[0]}/status").read().splitlines() if ":\t" in line)
ok(status["Seccomp"].strip() == "2" and status["NoNewPrivs"].strip() == "1" and int(status["CapEff"], 16) == 0,
   "it is confined: seccomp, no new privileges, no capabilities", status)
entries = running()
ok(entries and entries[0]["ports"] == f"127.0.0.1:{tcp}->7 127.0.0.1:{udp}->7/udp", "ps shows the ports", entries)

taken = flexos("run", "-p", f"{tcp}:7", peer)
ok(taken.returncode == 88 and f"TCP port 127.0.0.1:{tcp} cannot be forwarded to port 7 of the image: another program uses it"
   in taken.stderr, "a port that is taken is refused with the remedy", taken)
elsewhere = flexos("run", "-p", "192.0.2.1:%d:7" % free_port(), peer)
ok(elsewhere.returncode == 88 and "this host has no such address" in elsewhere.stderr, "so is a foreign address", elsewhere)

os.kill(helpers[0], signal.SIGKILL)
out, err = process.communicate(timeout=10)
ok("network ended" in out and "the helper process for network ended (signal 9)" in err and process.returncode == 4,
   "the death of the network process is told and does not kill the image", err)
ok(f"connect to TCP port {tcp}, 127.0.0.1: port 7 of the image" in err, "how to connect is said at the start", err)
ok(not any(alive(pid) for pid in family), "nothing is left", family)

process = start("run", "-q", "--stop-timeout", "1", "-p", f"0.0.0.0:{tcp}:7", peer)
process.stdout.readline()
ok(echo_tcp(tcp, b"again"), "a port of all addresses, and the port is free again at once")
process.send_signal(signal.SIGTERM)
process.communicate(timeout=10)

none = flexos("run", "-q", "--net", "none", peer)
ok(none.returncode == 3 and none.stdout == "no network\n", "--net none gives the image no device", none)

# Names: the host's name servers, from a resolv.conf that is a link, in a world of our own
if os.geteuid() == 0 and subprocess.run(["unshare", "-n", "-m", "true"]).returncode == 0:
    resolver = os.path.join(TMP, "resolver")
    os.makedirs(resolver)
    with open(os.path.join(resolver, "resolv.conf"), "w") as stream:
        stream.write("nameserver 127.0.0.1\n")
    server = os.path.join(TMP, "server.py")
    with open(server, "w") as stream:
        stream.write("""import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 53))
open("%s/bound", "w").close()
data, sender = s.recvfrom(1000)
s.sendto(b"answered " + data.rstrip(b"\\0"), sender)
""" % resolver)
    script = f"""ip link set lo up; mount --bind {resolver}/resolv.conf /etc/resolv.conf
        timeout 20 python3 {server} & server=$!
        for i in 1 2 3 4 5 6 7 8 9 10; do test -e {resolver}/bound && break; sleep 0.2; done
        timeout 20 {FLEXOS} run -q --stop-timeout 1 {peer} -- ask; kill $server 2>/dev/null; wait"""
    names = subprocess.run(["unshare", "-n", "-m", "sh", "-c", script], capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
    ok("answer: answered a question to the name server" in names.stdout, "10.0.2.3 is the host's name server", names)
else:
    skip("10.0.2.3 is the host's name server", "needs root and name spaces")

# TAP
bad = flexos("run", "--net", "tap:x,10.0.0.2", peer)
ok(bad.returncode == 2 and "tap:NAME,ADDRESS/PREFIX" in bad.stderr, "a bad TAP address says what was expected", bad)
loop = flexos("run", "--net", "tap:lo", peer)
ok(loop.returncode == 88 and "TAP interface 'lo':" in loop.stderr, "an interface that is no TAP is refused", loop)
if os.geteuid() == 0 and os.path.exists("/dev/net/tun") and subprocess.run(["unshare", "-n", "true"]).returncode == 0:
    name = f"tap{os.getpid() % 100000}"
    script = f"""ip link set lo up; ip tuntap add dev {name} mode tap; ip addr add 10.0.2.2/24 dev {name}; ip link set {name} mtu 4000 up
        {FLEXOS} run -q --stop-timeout 1 --net tap:{name},10.0.2.15/24,10.0.2.2 {peer} > {TMP}/tap.out 2>&1 & launcher=$!
        for i in 1 2 3 4 5 6 7 8 9 10; do grep -q boot {TMP}/tap.out && break; sleep 0.2; done
        kill -TERM $launcher; wait $launcher; cat {TMP}/tap.out"""
    tap = subprocess.run(["unshare", "-n", "sh", "-c", script], capture_output=True, text=True, env=ENVIRONMENT, timeout=30)
    ok("net.kind=tap net.vnet=1 net.mtu=4000 net.ip=10.0.2.15/24 net.gateway=10.0.2.2" in tap.stdout,
       "a TAP interface with a fixed address", tap)
else:
    skip("a TAP interface with a fixed address", "needs root, /dev/net/tun and network namespaces")
ok(running() == [], "nothing is left in the state folder", running())
done()
