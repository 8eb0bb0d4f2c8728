"""The doors: the command line, its experiment files, the chapter's figures and the truth suite."""
