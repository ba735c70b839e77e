"""The voice: what each mail says, how it is put together, and how it travels."""
