"""The decisions of this room, pure: no database, no clock, no Flask. Everything comes in as an argument."""
