"""Runs a program in a terminal of its own: terminal.py ROWS COLUMNS PROGRAM [ARGUMENT...]

What the program writes there is written to the standard output as it is. The standard input says what happens to the terminal, a line
each: `size ROWS COLUMNS` resizes it, `type HEX` types these octets. At the input's end the program is killed. Ends as the program does.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


def obey(terminal, order):
    word, *rest = order.split()
    if word == "size":
        resize(terminal, *rest)
    elif word == "type":
        os.write(terminal, bytes.fromhex(rest[0]))
    else:
        sys.exit(f"terminal.py: {order}?")


def relay(child, terminal):
    pending = ""
    while True:
        ready, _, _ = select.select([terminal, 0], [], [])
        if terminal in ready:
            try:
                output = os.read(terminal, 65536)
            except OSError:  # how Linux says that nobody is at the other end any more
                return
            if not output:
                return
            sys.stdout.buffer.write(output)
            sys.stdout.buffer.flush()
        if 0 in ready:
            told = os.read(0, 4096)
            if not told:
                os.kill(child, signal.SIGKILL)
                return
            *orders, pending = (pending + told.decode()).split("\n")
            for order in orders:
                obey(terminal, order)


def main(rows, columns, *command):
    child, terminal = pty.fork()
    if child == 0:
        # Who was started in the background hears nothing of Ctrl-C, and nor does whom it starts; in a terminal all do.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        resize(0, rows, columns)
        os.execvp(command[0], command)
    relay(child, terminal)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


main(*sys.argv[1:])
