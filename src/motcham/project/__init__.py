"""Where everything is put together: settings, addresses, the one discovery call, the command line, the supervisor."""
