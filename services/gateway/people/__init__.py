"""Who is asking: accounts, readers' tokens, sessions, and what each may see."""
