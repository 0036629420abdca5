"""Commands by voice, behind a flag."""


def is_on(flags):
    return flags.get("voice-commands", False)


def understand(text, language):
    return {"intent": "play", "text": text.strip(), "language": language}


def health():
    return {"status": "healthy"}
