"""This app's answers to the ports of the apps below."""
