"""What codes mean and what to do about them, in both languages: for terminal and panel alike."""
