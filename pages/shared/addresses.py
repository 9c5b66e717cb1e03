"""The form of a code in an address; anything else is no address of this house."""


class CodeInAddress:
    """A code such as `D-3F8K2M` or `G-07`."""

    regex = "[A-Z]-[0-9A-Z]{2,8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
