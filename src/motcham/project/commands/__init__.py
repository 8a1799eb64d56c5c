"""One module for each verb of the command line; each has its click command as `command`."""
