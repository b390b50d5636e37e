// The system calls that a shell cannot make, each as a command: `probe COMMAND [ARGUMENT...]`. A
// command prints what it achieved, and only after it has seen the effect itself; it ends with 1 and
// the reason when it was refused. Linked statically and at a fixed address (-static -no-pie): it
// runs in an image without libraries, and `trace` finds the variable of a waiting `wait-for-flag`
// at the address that it has itself. Runs in the disposable guest of scripts/vm-test only: some of
// its commands reach out of a container.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/perf_event.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long flag = 0;

static int refused(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  return 1;
}

// Nothing here waits for ever: an answer that does not come within two seconds is a refusal.
static int bounded_receive(int socket_fd, void* buffer, size_t size) {
  struct timeval two_seconds = {.tv_sec = 2};
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &two_seconds, sizeof two_seconds);
  return (int)recv(socket_fd, buffer, size, 0);
}

// memfd FILE ARGUMENT...: runs a copy of FILE that is in no file system.
static int run_from_memory(char** arguments) {
  int source = open(arguments[0], O_RDONLY | O_CLOEXEC);
  if (source < 0) return refused("open");
  // Closed on exec, so that the name under /proc stays free for what the program says of itself.
  int copy = memfd_create("lab", MFD_CLOEXEC);
  if (copy < 0) return refused("memfd_create");
  char block[65536];
  for (ssize_t size; (size = read(source, block, sizeof block)) > 0;) {
    if (write(copy, block, (size_t)size) != size) return refused("write");
  }
  fexecve(copy, arguments, environ);
  return refused("fexecve");
}

// raw-socket: an ICMP echo request to this machine by a raw socket, and its reply.
static int use_raw_socket(char** arguments) {
  (void)arguments;
  int raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
  if (raw < 0) return refused("socket");
  struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct icmphdr request = {.type = ICMP_ECHO};
  request.un.echo.id = htons(0x5ea);
  // The checksum of a header whose other words are zero, by RFC 792.
  request.checksum = (uint16_t)~(htons(ICMP_ECHO << 8) + request.un.echo.id);
  if (sendto(raw, &request, sizeof request, 0, (struct sockaddr*)&loopback, sizeof loopback) < 0)
    return refused("sendto");
  for (int packets = 0; packets < 16; packets++) {
    unsigned char packet[256];
    int size = bounded_receive(raw, packet, sizeof packet);
    if (size < 0) return refused("recv");
    if (size < (int)(sizeof(struct iphdr) + sizeof(struct icmphdr))) continue;
    struct icmphdr reply;
    memcpy(&reply, packet + sizeof(struct iphdr), sizeof reply);
    if (reply.type == ICMP_ECHOREPLY && reply.un.echo.id == request.un.echo.id)
      return puts("echo reply received") < 0;
  }
  return 1;
}

// packet-socket: reads, from the wire, a datagram that another socket sent.
static int use_packet_socket(char** arguments) {
  (void)arguments;
  int wire = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
  if (wire < 0) return refused("socket");
  int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in discard = {
      .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  static const char kText[] = "text on the wire";
  if (sendto(sender, kText, sizeof kText, 0, (struct sockaddr*)&discard, sizeof discard) < 0)
    return refused("sendto");
  for (int frames = 0; frames < 16; frames++) {
    unsigned char frame[512];
    int size = bounded_receive(wire, frame, sizeof frame);
    if (size < 0) return refused("recv");
    if (memmem(frame, (size_t)size, kText, sizeof kText))
      return puts("frame of another socket read") < 0;
  }
  return 1;
}

static long bpf_call(int command, union bpf_attr* attributes) {
  return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

// bpf: makes a map, writes to it and reads it back.
static int use_bpf(char** arguments) {
  (void)arguments;
  union bpf_attr create = {
      .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};
  long map = bpf_call(BPF_MAP_CREATE, &create);
  if (map < 0) return refused("bpf");
  uint32_t key = 0;
  uint64_t value = 0x5ea3a11;
  union bpf_attr element = {
      .map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)&value};
  if (bpf_call(BPF_MAP_UPDATE_ELEM, &element) < 0) return refused("update");
  value = 0;
  if (bpf_call(BPF_MAP_LOOKUP_ELEM, &element) < 0) return refused("look up");
  return value == 0x5ea3a11 ? puts("map made, written and read") < 0 : 1;
}

// perf-event: counts what every process of the first processor does.
static int use_perf_event(char** arguments) {
  (void)arguments;
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
  int counter = (int)syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  if (counter < 0) return refused("perf_event_open");
  usleep(20000);
  uint64_t count = 0;
  if (read(counter, &count, sizeof count) != sizeof count) return refused("read");
  return count > 0 ? puts("events of the whole processor counted") < 0 : 1;
}

// wait-for-flag FILE: makes FILE when another process has written to this one's memory; gives up
// after a minute.
static int wait_for_flag(char** arguments) {
  for (int tenths = 0; tenths < 600 && !flag; tenths++) usleep(100000);
  if (!flag) return 1;
  FILE* made = fopen(arguments[0], "we");
  if (!made) return refused("open");
  fputs("flag set from outside\n", made);
  return fclose(made) == 0 ? 0 : refused("close");
}

// trace PROCESS: attaches to a waiting `wait-for-flag` and sets its flag.
static int trace(char** arguments) {
  pid_t process = (pid_t)atoi(arguments[0]);
  if (ptrace(PTRACE_ATTACH, process, 0, 0) < 0) return refused("attach");
  if (waitpid(process, NULL, __WALL) != process) return refused("wait");
  if (ptrace(PTRACE_POKEDATA, process, (void*)(uintptr_t)&flag, 1L) < 0) return refused("poke");
  ptrace(PTRACE_DETACH, process, 0, 0);
  return puts("memory of another process written") < 0;
}

// unix-request SOCKET: sends standard input to a socket and prints the answer.
static int ask_unix_socket(char** arguments) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", arguments[0]);
  int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, (struct sockaddr*)&address, sizeof address) < 0)
    return refused("connect");
  char block[4096];
  for (ssize_t size; (size = read(STDIN_FILENO, block, sizeof block)) > 0;) {
    if (write(connection, block, (size_t)size) != size) return refused("write");
  }
  for (int size; (size = bounded_receive(connection, block, sizeof block)) > 0;)
    fwrite(block, 1, (size_t)size, stdout);
  return 0;
}

// open-by-handle FILE PATH: prints PATH as seen from the root of the ext4 file system that FILE is
// on, by a handle of its root directory (inode 2, generation 0) that nobody gave us.
static int open_by_handle(char** arguments) {
  int anchor = open(arguments[0], O_RDONLY | O_CLOEXEC);
  if (anchor < 0) return refused("open");
  struct {
    struct file_handle header;
    uint32_t inode_and_generation[2];
  } handle = {.header = {.handle_bytes = 8, .handle_type = 1}, .inode_and_generation = {2, 0}};
  int root = open_by_handle_at(anchor, &handle.header, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return refused("open_by_handle_at");
  int file = openat(root, arguments[1], O_RDONLY | O_CLOEXEC);
  if (file < 0) return refused("openat");
  char block[4096];
  for (ssize_t size; (size = read(file, block, sizeof block)) > 0;)
    fwrite(block, 1, (size_t)size, stdout);
  return 0;
}

static const struct {
  const char* name;
  int arguments;
  int (*run)(char** arguments);
} kCommands[] = {
    {"memfd", 1, run_from_memory},
    {"raw-socket", 0, use_raw_socket},
    {"packet-socket", 0, use_packet_socket},
    {"bpf", 0, use_bpf},
    {"perf-event", 0, use_perf_event},
    {"wait-for-flag", 1, wait_for_flag},
    {"trace", 1, trace},
    {"unix-request", 1, ask_unix_socket},
    {"open-by-handle", 2, open_by_handle},
};

int main(int count, char** values) {
  for (size_t i = 0; count > 1 && i < sizeof kCommands / sizeof *kCommands; i++) {
    if (strcmp(values[1], kCommands[i].name) == 0 && count - 2 >= kCommands[i].arguments) {
      return kCommands[i].run(values + 2);
    }
  }
  fprintf(stderr, "probe: no such command, or too few arguments\n");
  return 2;
}
