# value: []
import ctypes
import platform

X86 = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "keyctl": 250, "bpf": 321, "mount": 165,
    "umount2": 166, "kexec_load": 246, "init_module": 175, "io_uring_setup": 425, "personality": 135,
    "userfaultfd": 323, "unshare": 272, "setns": 308, "pivot_root": 155, "perf_event_open": 298, "memfd_create": 319,
    "pidfd_open": 434, "socket": 41, "execve": 59, "fork": 57, "vfork": 58, "clone3": 435, "setuid": 105,
    "landlock_create_ruleset": 444, "seccomp": 317, "sethostname": 170, "reboot": 169, "swapon": 167, "acct": 163,
    "mknod": 133, "chroot": 161, "setxattr": 188, "truncate": 76, "shmget": 29, "msgget": 68, "mq_open": 240,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "move_pages": 279, "add_key": 248, "setrlimit": 160,
    "sched_setaffinity": 203, "ioperm": 173, "iopl": 172, "quotactl": 179, "fanotify_init": 300, "openat2": 437,
    "inotify_init1": 294, "syslog": 103, "vhangup": 153, "clock_settime": 227, "settimeofday": 164, "adjtimex": 159,
}  # fmt: skip


def f(x):
    if platform.machine() != "x86_64":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    through = []
    for name, number in X86.items():
        result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
        if result != -1 or ctypes.get_errno() not in (1, 38):
            through.append((name, result, ctypes.get_errno()))
    return through
