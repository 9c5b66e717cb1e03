"""The switchboard: it names the apps, no app names it."""
