"""The statutory code lists (SSDA903) that events are checked against, and the groups that indicators count by.

A code in no list here is refused at the door; a known code used outside its years is accepted and is a finding.
"""

REASONS_FOR_NEW_EPISODE = {
    "P": "placement and carer changed",
    "B": "legal status, placement and carer changed",
    "T": "placement changed, same carer",
    "U": "legal status and placement changed, same carer",
}

LEGAL_STATUSES = {
    "C1": "interim care order",
    "C2": "full care order",
    "D1": "freeing order",
    "E1": "placement order",
    "V2": "accommodated under section 20",
    "V3": "short breaks, each recorded",
    "V4": "short breaks, agreement recorded",
    "L1": "police protection",
    "L2": "emergency protection order",
    "L3": "child assessment order",
    "J1": "remand",
    "J2": "Police and Criminal Evidence Act 1984",
    "J3": "youth rehabilitation order",
}

SHORT_BREAKS = frozenset({"V3", "V4"})

NEEDS = {
    "N1": "abuse or neglect",
    "N2": "child's disability",
    "N3": "parental illness or disability",
    "N4": "family in acute stress",
    "N5": "family dysfunction",
    "N6": "socially unacceptable behaviour",
    "N7": "low income",
    "N8": "absent parenting",
}

PLACEMENT_TYPES = {
    "U1": "fostered by a relative or friend, long term",
    "U2": "fostered by a relative or friend who is an approved adopter",
    "U3": "fostered by a relative or friend",
    "U4": "fostered, long term",
    "U5": "fostered by an approved adopter",
    "U6": "fostered",
    "A3": "placed for adoption with the current carer, by consent",
    "A4": "placed for adoption, by consent",
    "A5": "placed for adoption with the current carer, placement order",
    "A6": "placed for adoption, placement order",
    "P1": "with parents",
    "P2": "independent living",
    "P3": "residential employment",
    "H5": "semi-independent living",
    "K1": "secure children's home",
    "K2": "children's home",
    "K3": "registered supported accommodation",
    "R1": "residential care home",
    "R2": "NHS or nursing",
    "R3": "family centre or mother and baby unit",
    "R5": "young offender institution",
    "S1": "residential school",
    "T0": "temporary: any",
    "T1": "temporary: hospital",
    "T2": "temporary: child on holiday",
    "T3": "temporary: carer on holiday",
    "T4": "temporary: other, seven days or less",
    "Z1": "other",
    "Z11": "other",
    "Z12": "other",
    "Z13": "other",
    "Z14": "other",
}

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
ADOPTIVE = frozenset({"A3", "A4", "A5", "A6"})
ADOPTIVE_SAME_CARER = frozenset({"A3", "A5"})
FOSTERED = frozenset({"U1", "U2", "U3", "U4", "U5", "U6"})
RESIDENTIAL = frozenset({"K1", "K2", "R1", "S1"})
CHILDRENS_HOMES = frozenset({"K1", "K2"})
SUPPORTED_OR_INDEPENDENT = frozenset({"P2", "H5", "K3"})

PROVIDERS = {
    "PR0": "parent",
    "PR1": "own provision",
    "PR2": "another authority",
    "PR3": "other public provision",
    "PR4": "private",
    "PR5": "voluntary",
}

COMMISSIONED = frozenset({"PR2", "PR3", "PR4", "PR5"})

REASONS_FOR_PLACEMENT_CHANGE = {
    "CARPL": "care plan",
    "CLOSE": "resignation or closure",
    "ALLEG": "allegation",
    "STAND": "standards of care",
    "APPRR": "approval removed",
    "CREQB": "carer asks, child's behaviour",
    "CREQO": "carer asks, other",
    "CHILD": "child asks",
    "LAREQ": "authority asks",
    "PLACE": "status of the placement only",
    "CUSTOD": "custody",
    "OTHER": "other",
}

UNPLANNED = frozenset({"ALLEG", "APPRR", "CHILD", "CLOSE", "CREQB", "CREQO", "STAND"})

REASONS_EPISODE_CEASED = {
    "E11": "adopted, unopposed",
    "E12": "adopted, consent dispensed with",
    "E13": "to people without parental responsibility",
    "E14": "remand ended",
    "E15": "age assessed as 18 or over",
    "E16": "moved abroad",
    "E17": "aged 18 and stayed with carers",
    "E2": "died",
    "E3": "care taken over by another authority",
    "E41": "residence or child arrangements order",
    "E43": "special guardianship, former foster carer",
    "E44": "special guardianship, other carer",
    "E45": "special guardianship, former foster carer who is a relative",
    "E46": "special guardianship, former foster carer",
    "E47": "special guardianship, relative",
    "E48": "special guardianship, other carer",
    "E4A": "home, planned",
    "E4B": "home, unplanned",
    "E5": "independent living with support",
    "E6": "independent living without support",
    "E7": "adult residential care",
    "E8": "other",
    "E9": "custody",
}

ADOPTED = frozenset({"E11", "E12"})
SPECIAL_GUARDIANSHIP = frozenset({"E43", "E44", "E45", "E46", "E47", "E48"})
PERMANENCE = ADOPTED | SPECIAL_GUARDIANSHIP | {"E41"}

MISSING_KINDS = {"M": "missing", "A": "away without authorisation"}

SEXES = ("male", "female", "unknown")
