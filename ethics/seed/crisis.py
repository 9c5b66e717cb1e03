"""Lines to call when somebody's life is in danger, by country.

Those marked as read were read in a public source, those of the United States
in several. The others are widely known and have to be tried out before a
practice leans on them; it can change each.
"""

from ethics.seed.shapes import CrisisLine

CRISIS_LINES = (
    CrisisLine("us-911", "US", 1, "Emergency services", "911", "Police, fire, ambulance.", True),
    CrisisLine(
        "us-988",
        "US",
        2,
        "988 Suicide & Crisis Lifeline",
        "988",
        "Call or text, day and night. Free.",
        True,
    ),
    CrisisLine("us-text-home", "US", 3, "Crisis Text Line", "HOME to 741741", "By text message."),
    CrisisLine("ca-911", "CA", 1, "Emergency services", "911", "Police, fire, ambulance."),
    CrisisLine(
        "ca-988",
        "CA",
        2,
        "988 Suicide Crisis Helpline",
        "988",
        "Call or text, day and night.",
        True,
    ),
    CrisisLine("es-112", "ES", 1, "Emergencias", "112", "Policía, bomberos, ambulancia.", True),
    CrisisLine(
        "es-024",
        "ES",
        2,
        "Línea 024 de atención a la conducta suicida",
        "024",
        "De día y de noche. Gratis.",
        True,
    ),
    CrisisLine("gb-999", "GB", 1, "Emergency services", "999", "Police, fire, ambulance."),
    CrisisLine("gb-samaritans", "GB", 2, "Samaritans", "116 123", "Day and night. Free."),
    CrisisLine("ie-112", "IE", 1, "Emergency services", "112", "Police, fire, ambulance."),
    CrisisLine("ie-samaritans", "IE", 2, "Samaritans", "116 123", "Day and night. Free."),
    CrisisLine("de-112", "DE", 1, "Notruf", "112", "Feuerwehr und Rettungsdienst."),
    CrisisLine(
        "de-telefonseelsorge", "DE", 2, "TelefonSeelsorge", "0800 111 0 111", "Tag und Nacht."
    ),
    CrisisLine("au-000", "AU", 1, "Emergency services", "000", "Police, fire, ambulance."),
    CrisisLine("au-lifeline", "AU", 2, "Lifeline", "13 11 14", "Day and night."),
    CrisisLine("mx-911", "MX", 1, "Emergencias", "911", "Policía, bomberos, ambulancia."),
    CrisisLine("mx-vida", "MX", 2, "Línea de la Vida", "800 911 2000", "De día y de noche."),
)
