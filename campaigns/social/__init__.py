"""Posts with our hashtag: rights, moderation, shoppable reposts; follows."""
