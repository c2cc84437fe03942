"""The commands of the command line, one file each: they take a studio, what was asked, and a console."""
