"""Which texts say of themselves that they are OFFICIAL-SENSITIVE."""

import pytest

from prevent_portal.markings import carries_marking


@pytest.mark.parametrize(
    "text",
    [
        "OFFICIAL-SENSITIVE", "OFFICIAL – SENSITIVE: Review the profile", "OFFICIAL SENSITIVE", "official-sensitive",
        "Official — Sensitive", "(Official: Sensitive) Review", "Review. OFFICIAL\nSENSITIVE", "OFFICIAL_SENSITIVE",
        "OFFICIAL\u00a0\u2011\u00a0SENSITIVE", "OFFI\u00adCIAL-SENSITIVE", "OFFICIAL\u200bSENSITIVE",
        "OFFICIALSENSITIVE", "\uff2f\uff26\uff26\uff29\uff23\uff29\uff21\uff2c\uff0dSENSITIVE",
        "OFFICIAL [SENSITIVE]", "OFFICIAL/SENSITIVE", "official sensitive information",
        "[O-S] Review the profile", "[O/S]", "(O–S) Review", "OFF-SEN", "OFFSEN: Review", "Marking_OFFICIAL-SENSITIVE_",
        "OFFICIAL-SENSITIVE to be removed", "Official-sensitive to be removed",
        "OFFICAL SENSITIVE", "OFFICIAL-SENSTIVE", "OFFCIAL – SENSITVE", "OFICIAL-SENSITIVE",
        "O F F I C I A L - S E N S I T I V E", "OFFICIAL-SENSI-\nTIVE", "OFFI-\nCIAL SENSITIVE",
        "SWYDDOGOL-SENSITIF", "Swyddogol – Sensitif: adolygu", "SECRET", "Heading\nTOP SECRET\nText", "[SECRET]",
    ],
)  # fmt: skip
def test_the_words_are_found_with_any_dash_space_and_case(text):
    assert carries_marking(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "OFFICIAL", "Sensitive", "Officials sensitive to local concerns", "An official sensitive to local concerns",
        "The official list of sensitive places", "unofficial-sensitively", "Two actions o/s", "Actions (O/S)",
        "OFF SENT", "OS maps", "Handle sensitive data", "OFFICIAL: for sensitive cases see below",
        "Secretary", "A SECRET ballot", "It is no secret", "OFFICIAL SENSE CHECK", "OFFICIAL SENSORS", "OFFAL SENSING",
        "Culturally sensitive official visits", "swyddogol a sensitif",
    ],
)  # fmt: skip
def test_other_words_are_no_marking(text):
    assert not carries_marking(text)
