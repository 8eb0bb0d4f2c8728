"""Plain scripts for the other side, each started by the interpreter that has the peer."""
