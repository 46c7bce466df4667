"""Wrenhaven, a council that has nothing to do with Exampleshire, and Oakhampton's people."""

from .shapes import (
    AMBER,
    BLUE,
    GREEN,
    RED,
    Act,
    Council,
    Part,
    PlanText,
    Row,
    Said,
    body,
    by,
    month,
    ongoing,
    person,
    post,
    recurring,
    tbc,
    yearly,
)

OAKHAMPTON = Council(
    slug="oakhampton",
    # The rest of its owners come from the imported file.
    people={
        "lee": person("Lee Carrow", "Community Safety Manager", account="coordinator@oakhampton.example"),
        "safeguarding": person("Jo Lindell", "Safeguarding and Inclusion Officer"),
        "chief": post("Chief Executive"),
    },
    plans=(
        PlanText(
            title="Oakhampton Prevent plan {years}",
            years_ago=1,
            state="closed",
            agreed_by="Oakhampton Community Safety Partnership",
            closed_days=18,
            state_note="Closed; open actions were taken into the next plan.",
            updated_days=-3,
            declared={"total": 6, "green": 0, "amber": 1, "red": 1, "blue": 4},
            parts=(
                Part(
                    title="PRIORITY 1: LEADERSHIP AND GOVERNANCE",
                    rows=(
                        Row(
                            "1.",
                            "Prevent is on the agenda.",
                            (
                                Act(
                                    "Report to the management team.",
                                    lead="lee",
                                    dates=(by(-200),),
                                    said=(Said(-202, "Reported.", BLUE),),
                                ),
                            ),
                        ),
                        Row(
                            "2.",
                            "Risk is assessed.",
                            (
                                Act(
                                    "Contribute to the county's assessment.",
                                    lead="lee",
                                    dates=(by(-130),),
                                    said=(Said(-131, "Return sent.", BLUE),),
                                ),
                            ),
                        ),
                    ),
                ),
                Part(
                    title="PRIORITY 2: PEOPLE",
                    rows=(
                        Row(
                            "1.",
                            "Staff are trained.",
                            (
                                Act(
                                    "Bring completion to 95%.",
                                    owners=("lee", "safeguarding"),
                                    dates=(month(-1),),
                                    said=(
                                        Said(-120, "81%.", GREEN),
                                        Said(-6, "92%; the depots are missing.", AMBER),
                                    ),
                                ),
                            ),
                        ),
                        Row(
                            "2.",
                            "Members are briefed.",
                            (
                                Act(
                                    "Hold one evening.",
                                    lead="lee",
                                    dates=(by(-75),),
                                    said=(Said(-75, "Held: 22 of 36.", BLUE),),
                                ),
                            ),
                        ),
                    ),
                ),
                Part(
                    title="PRIORITY 3: PLACES",
                    rows=(
                        Row(
                            "1.",
                            "Computers are filtered.",
                            (
                                Act(
                                    "Buy a filtering service.",
                                    owners=("chief",),
                                    dates=(by(-180),),
                                    said=(Said(-170, "Bought and installed.", BLUE),),
                                ),
                            ),
                        ),
                        Row(
                            "2.",
                            "Venues are hired out with care.",
                            (
                                Act(
                                    "Write hire conditions.",
                                    lead="lee",
                                    dates=(by(-90),),
                                    said=(Said(-15, "Not written: waiting for one policy for the county.", RED),),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

WRENHAVEN = Council(
    slug="wrenhaven",
    people={
        "lead": person("Drew Halloran", "Prevent and Cohesion Lead", account="coordinator@wrenhaven.example"),
        "schools": person("Rowan Eskdale", "Schools Safeguarding Adviser"),
        "harbour": post("Waterfront Venues Manager"),
        "people": post("Learning and Development"),
        "digital": post("Cyber Security Team"),
        "press": post("Corporate Communications"),
        "police": body("Police counter-terrorism local liaison"),
        "university": body("University of Wrenhaven"),
    },
    plans=(
        PlanText(
            title="Wrenhaven Prevent strategy and action plan {years}",
            agreed_by="Safer Wrenhaven Partnership",
            aim="A city where nobody is drawn into terrorism.",
            updated_days=-22,
            parts=(
                Part(
                    title="Understand",
                    rows=(
                        Row(
                            "U1",
                            "The city knows its risks.",
                            (
                                Act(
                                    "Review the risk assessment with the university and the port.",
                                    lead="lead",
                                    partners=("university", "police"),
                                    dates=(by(14),),
                                    sensitive=True,
                                    said=(Said(-22, "Interviews done.", GREEN),),
                                ),
                            ),
                            benchmarks=(2,),
                        ),
                        Row(
                            "U2",
                            "Data are used lawfully.",
                            (
                                Act(
                                    "Renew the information sharing agreement.",
                                    lead="lead",
                                    dates=(by(-70),),
                                    said=(Said(-74, "Signed.", BLUE),),
                                ),
                            ),
                            benchmarks=(1,),
                        ),
                    ),
                ),
                Part(
                    title="Prepare",
                    rows=(
                        Row(
                            "P1",
                            "Teachers are ready for hard questions.",
                            (
                                Act(
                                    "Run six workshops on difficult conversations.",
                                    lead="schools",
                                    dates=(month(3),),
                                    said=(Said(-28, "Three held.", GREEN),),
                                ),
                            ),
                            benchmarks=(6,),
                        ),
                        Row(
                            "P2",
                            "All staff know the pathway.",
                            (
                                Act(
                                    "Module for all, refreshed yearly.",
                                    lead="people",
                                    dates=(yearly(4),),
                                    said=(
                                        Said(
                                            -60,
                                            "84%; behind the target of 90% at half-year.",
                                            AMBER,
                                            "Date is far, but the half-year target was missed.",
                                        ),
                                    ),
                                ),
                            ),
                            benchmarks=(6,),
                        ),
                        Row(
                            "P3",
                            "Networks are tested.",
                            (
                                Act(
                                    "Test filtering in libraries and youth centres.",
                                    lead="digital",
                                    dates=(by(-45),),
                                    said=(Said(-42, "Not begun; the team is dealing with a system change.", RED),),
                                ),
                            ),
                            benchmarks=(7,),
                        ),
                    ),
                ),
                Part(
                    title="Protect and engage",
                    rows=(
                        Row(
                            "E1",
                            "Waterfront venues are hired with care.",
                            (
                                Act(
                                    "Use one booking form.",
                                    lead="harbour",
                                    dates=(by(-20),),
                                    said=(Said(-18, "In use in four of six venues.", AMBER),),
                                ),
                            ),
                            benchmarks=(7,),
                        ),
                        Row(
                            "E2",
                            "Residents are heard.",
                            (Act("Hold a conversation in every ward.", lead="lead", dates=(ongoing(),), rag=GREEN),),
                            benchmarks=(8,),
                        ),
                        Row(
                            "E3",
                            "Communications are planned.",
                            (Act("Review the plan.", lead="press", dates=(recurring("Twice a year", 50),), rag=GREEN),),
                            benchmarks=(8,),
                        ),
                    ),
                ),
            ),
        ),
        PlanText(
            title="Wrenhaven Prevent strategy and action plan {years}",
            years_ago=-1,
            state="draft",
            parts=(
                Part(
                    title="Ideas",
                    rows=(
                        Row("1", "Students help students.", (Act("Ask the university.", lead="lead", dates=(tbc(),)),)),
                    ),
                ),
            ),
        ),
    ),
)
