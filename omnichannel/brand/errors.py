"""What the brand kit refuses."""

from omnichannel.kernel.errors import RuleViolation


class LogoUnsafe(RuleViolation):
    code = "logo_unsafe"
    title = "A logo is an SVG drawing without scripts, links or outside content."
