/* SPDX-License-Identifier: BSD-3-Clause */
/* Three threads that wait for each other for ever: two for a mutex, one to join them. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *lock(void *unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    return NULL;
}

int main(void) {
    pthread_t threads[2];

    setbuf(stdout, NULL);
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, lock, NULL);
    }
    puts("now nobody can run");
    pthread_join(threads[0], NULL);
    puts("not reached");
    return 0;
}
