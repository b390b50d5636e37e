/* The program that the guard's canary runs in a control group and a root of its own: it tries what
   the canary's profile denies and says by its exit status what went through. Stands alone, without
   any library, since there is nothing but it in that root.

     canary all      forks; the child executes /denied, which is this program again; connects to
                     192.0.2.1 (a network for documentation, RFC 5737); opens /secret
     canary effect   makes /effect: proof that it ran

   Exit status: 1 executed, 2 connected, 4 opened; 128: could not try. */

#if defined(__x86_64__)
enum { kOpen = 2, kSocket = 41, kConnect = 42, kFork = 57, kExec = 59, kExit = 60, kWait = 61,
       kFcntl = 72 };
static long call(long number, long a, long b, long c, long d) {
  long result;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                   : "rcx", "r11", "memory");
  return result;
}
static long open_file(const char *path, long flags, long mode) {
  return call(kOpen, (long)path, flags, mode, 0);
}
static long fork_self(void) { return call(kFork, 0, 0, 0, 0); }
#elif defined(__aarch64__)
enum { kOpenAt = 56, kExit = 93, kSocket = 198, kConnect = 203, kClone = 220, kExec = 221,
       kWait = 260 };
static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
static long open_file(const char *path, long flags, long mode) {
  return call(kOpenAt, -100, (long)path, flags, mode);
}
static long fork_self(void) { return call(kClone, 17, 0, 0, 0); }
#else
#error "the canary has no system calls for this processor"
#endif

enum { kWriteOnly = 1, kCreate = 0100, kNonBlocking = 04000, kInProgress = -115 };
enum { kExecuted = 1, kConnected = 2, kOpened = 4, kCouldNotTry = 128 };

struct address {
  unsigned short family, port;
  unsigned char host[4];
  unsigned char zero[8];
};

static int executed(void) {
  static const char *const words[] = {"/denied", "effect", 0};
  static const char *const nothing[] = {0};
  const long child = fork_self();
  if (child < 0) return kCouldNotTry;
  if (child == 0) {
    call(kExec, (long)words[0], (long)words, (long)nothing, 0);
    call(kExit, 1, 0, 0, 0);
  }
  call(kWait, child, 0, 0, 0);
  return open_file("/effect", 0, 0) >= 0 ? kExecuted : 0;
}

static int connected(void) {
  const struct address peer = {2, 0x0900, {192, 0, 2, 1}, {0}};
  const long socket = call(kSocket, 2, 2, 0, 0); /* datagrams: nothing is sent */
  if (socket < 0) return kCouldNotTry;
  const long result = call(kConnect, socket, (long)&peer, sizeof peer, 0);
  /* Any answer but "not permitted": the question was asked. */
  return result == -1 || result == -13 ? 0 : kConnected;
}

__attribute__((used)) void canary_main(const long *stack) {
  const char *const *words = (const char *const *)(stack + 1);
  int found = 0;
  if (stack[0] > 1 && words[1][0] == 'e')
    found = open_file("/effect", kWriteOnly | kCreate, 0600) < 0;
  else
    found = executed() | connected() | (open_file("/secret", 0, 0) >= 0 ? kOpened : 0);
  call(kExit, found, 0, 0, 0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call canary_main\n");
#else
__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl canary_main\n");
#endif
