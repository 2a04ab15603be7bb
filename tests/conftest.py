"""What every test stands on."""

import signal

# A shell starts what runs in its background deaf to Ctrl-C, and the programs that tests start would inherit
# that. With a handler here they begin as they do in the foreground.
signal.signal(signal.SIGINT, signal.default_int_handler)
