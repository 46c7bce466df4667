"""The county's plans of the two years before: closed, with what became of every action."""

from .shapes import AMBER, BLUE, GREEN, RED, Act, Note, Part, PlanText, Row, Said, by, month, ongoing, recurring, yearly

BOARD = "Exampleshire Prevent Partnership Board"

_LEADERSHIP = Part(
    title="Priority 1: Leadership and partnership",
    rows=(
        Row(
            "1",
            "Partners share one purpose and one plan.",
            (
                Act(
                    "Hold a yearly development day for board and operational group.",
                    lead="director",
                    partners=("police", "districts"),
                    dates=(by(-210),),
                    outcome="Shared priorities for the year.",
                    said=(Said(-212, "Held with 31 people; three shared priorities.", BLUE),),
                ),
            ),
            benchmarks=(1, 3),
        ),
        Row(
            "2",
            "Members of all eight councils are briefed.",
            (
                Act(
                    "Offer every council the same briefing, delivered by the coordinator with a police colleague.",
                    lead="coordinator",
                    partners=("police", "districts"),
                    dates=(month(-4),),
                    outcome="Eight briefings.",
                    said=(
                        Said(-220, "Three briefings held."),
                        Said(-131, "Seven of eight held.", AMBER),
                        Said(-85, "Last briefing held; 214 members in all.", BLUE),
                    ),
                ),
            ),
            benchmarks=(1, 6),
        ),
        Row(
            "3",
            "The board sees risk and progress together.",
            (
                Act(
                    "Report risk register and plan in one paper each quarter.",
                    lead="officer",
                    dates=(recurring("Quarterly", -20),),
                    outcome="Four papers.",
                    said=(Said(-22, "Four papers in the year; format kept.", BLUE, by="officer"),),
                ),
            ),
            benchmarks=(1, 2),
        ),
    ),
)

_UNDERSTANDING = Part(
    title="Priority 2: Understanding risk",
    rows=(
        Row(
            "1",
            "Districts' knowledge reaches the local profile.",
            (
                Act(
                    "Collect returns from districts, schools and health before the profile is written.",
                    lead="officer",
                    partners=("districts", "health", "college"),
                    dates=(by(-190),),
                    outcome="Returns from all.",
                    said=(
                        Said(-200, "Eight of ten in.", GREEN, by="officer"),
                        Said(-176, "All in, two of them late.", BLUE, by="officer"),
                    ),
                ),
            ),
            benchmarks=(2,),
        ),
        Row(
            "2",
            "The risk assessment is reviewed in the year.",
            (
                Act(
                    "Review it after six months and after any attack in the country.",
                    lead="coordinator",
                    dates=(yearly(-2),),
                    sensitive=True,
                    outcome="Review recorded.",
                    said=(Said(-75, "Reviewed; two scores changed.", BLUE),),
                ),
            ),
            benchmarks=(2,),
        ),
    ),
    notes=(Note("The profile itself is kept by the police and is not quoted here."),),
)

_PEOPLE_TRAINED = Part(
    title="Priority 3: People who know what to do",
    rows=(
        Row(
            "1",
            "Staff complete the awareness module.",
            (
                Act(
                    "Make the national module part of induction and of the yearly round of mandatory learning.",
                    lead="workforce",
                    dates=(by(-250),),
                    outcome="90% in date.",
                    said=(
                        Said(-260, "In the catalogue.", GREEN, by="training"),
                        Said(-95, "83% in date.", AMBER, by="training"),
                        Said(-18, "91% in date.", BLUE, by="training"),
                    ),
                ),
            ),
            benchmarks=(6,),
        ),
        Row(
            "2",
            "Schools and colleges have somebody to ask.",
            (
                Act(
                    "Answer schools' questions within two working days and keep a list of what is asked most.",
                    lead="education",
                    dates=(ongoing(),),
                    outcome="List shared with the network each term.",
                    said=(Said(-30, "62 questions; list shared three times.", GREEN),),
                ),
            ),
            benchmarks=(6,),
        ),
        Row(
            "3",
            "Contractors are trained.",
            (
                Act(
                    "Find out which contracts bring people into contact with susceptible residents.",
                    lead="procurement",
                    dates=(by(-120),),
                    outcome="List of contracts with an order of priority.",
                    said=(
                        Said(-125, "41 contracts found.", GREEN),
                        Said(-40, "List agreed; clause goes into next year's plan.", BLUE),
                    ),
                ),
            ),
            benchmarks=(6, 7),
        ),
    ),
)

_PLACES = Part(
    title="Priority 4: Safe places, on site and online",
    rows=(
        Row(
            "1",
            "Venue hire is the same everywhere.",
            (
                Act(
                    "Compare the hire conditions of all eight councils and propose one set.",
                    lead="bookings",
                    partners=("districts",),
                    dates=(month(-3),),
                    outcome="One set of conditions proposed.",
                    said=(
                        Said(-150, "Conditions of six councils compared.", GREEN, by="venues"),
                        Said(-55, "All eight compared; proposal ready.", BLUE, by="venues"),
                    ),
                ),
            ),
            benchmarks=(7,),
        ),
        Row(
            "2",
            "Filtering on public computers is tested.",
            (
                Act(
                    "Test every public computer once a year.",
                    lead="digital",
                    owners=("libraries",),
                    dates=(by(-60),),
                    outcome="Report on every site.",
                    said=(
                        Said(-90, "Half of the sites tested.", AMBER, by="contributor"),
                        Said(
                            -10,
                            "Not finished: the test tool went out of support. Carried forward with another method.",
                            RED,
                            by="contributor",
                        ),
                    ),
                ),
            ),
            benchmarks=(7,),
        ),
    ),
)

_VOICES = Part(
    title="Priority 5: Listening and explaining",
    rows=(
        Row(
            "1",
            "Residents can see what Prevent is and is not.",
            (
                Act(
                    "Publish plain pages with questions that people really ask.",
                    lead="communications",
                    owners=("coordinator",),
                    dates=(by(-140),),
                    outcome="Pages live; 80% of readers find them helpful.",
                    said=(Said(-138, "Live. First month: 640 readers, 77% found them helpful.", BLUE),),
                ),
            ),
            benchmarks=(8,),
        ),
        Row(
            "2",
            "Community voices are heard before decisions.",
            (
                Act(
                    "Explore with the voluntary sector what an advisory group could look like.",
                    lead="engagement",
                    partners=("voluntary",),
                    dates=(by(-45),),
                    outcome="Proposal to the board.",
                    said=(
                        Said(-100, "Five conversations with groups.", GREEN),
                        Said(-44, "Proposal accepted; group to be set up next year.", BLUE),
                    ),
                ),
            ),
            benchmarks=(8,),
        ),
    ),
)

LAST_YEAR = PlanText(
    title="Prevent delivery plan {years}",
    years_ago=1,
    state="closed",
    parts=(_LEADERSHIP, _UNDERSTANDING, _PEOPLE_TRAINED, _PLACES, _VOICES),
    aim="To make Prevent part of everyday safeguarding in all eight councils.",
    introduction="Five priorities, agreed after last year's assurance, with the same words for county and districts.",
    updated_days=-9,
    declared={"total": 12, "green": 1, "amber": 0, "red": 1, "blue": 10},
    agreed_by=BOARD,
    amended_days=-170,
    amend_note="Amended at mid-year: the priority on places now names online spaces.",
    closed_days=12,
    state_note="Closed after the annual review; two actions go on in the next plan.",
)


def _done(text: str, lead: str, days: int, note: str, **more) -> Act:
    """An action that was completed, with one note."""
    return Act(text, lead=lead, dates=(by(days),), said=(Said(days - 4, note, BLUE),), **more)


TWO_YEARS_AGO = PlanText(
    title="Prevent action plan {years}",
    years_ago=2,
    state="closed",
    framework="duty-2018",
    aim="To meet the duty in full and to exceed it where that helps people.",
    introduction="The last plan under the ten benchmarks of 2018.",
    updated_days=-30,
    agreed_by="Exampleshire Strategic Community Safety Board",
    closed_days=20,
    state_note="Closed. The plan that follows uses five priorities.",
    parts=(
        Part(
            ref="1",
            title="Local risk assessment",
            benchmark=1,
            rows=(
                Row(
                    "1.1",
                    "Risk is assessed every year.",
                    (_done("Write the first joint assessment.", "coordinator", -200, "Written and agreed."),),
                    benchmarks=(1,),
                ),
            ),
        ),
        Part(
            ref="2",
            title="Multi-agency partnership board",
            benchmark=2,
            rows=(
                Row(
                    "2.1",
                    "A board with a senior chair meets.",
                    (
                        _done("Set up the board.", "director", -280, "First meeting held; chair elected."),
                        _done("Report to scrutiny once a year.", "coordinator", -100, "Reported; well received."),
                    ),
                    benchmarks=(2,),
                ),
            ),
        ),
        Part(
            ref="3",
            title="Partnership plan",
            benchmark=3,
            rows=(
                Row(
                    "3.1",
                    "There is a plan.",
                    (_done("Write and agree this plan.", "coordinator", -330, "Agreed."),),
                    benchmarks=(3,),
                ),
            ),
        ),
        Part(
            ref="4",
            title="Referral process",
            benchmark=4,
            rows=(
                Row(
                    "4.1",
                    "One process for all.",
                    (
                        _done("Take up the national form.", "officer", -240, "In use since then."),
                        _done("Tell every school and practice about it.", "education", -180, "Letter and visit."),
                    ),
                    benchmarks=(4,),
                ),
            ),
        ),
        Part(
            ref="5",
            title="Channel panel",
            benchmark=5,
            rows=(
                Row(
                    "5.1",
                    "The panel is quorate and trained.",
                    (
                        _done(
                            "Agree terms of reference and an information sharing agreement.", "adults", -150, "Signed."
                        ),
                    ),
                    benchmarks=(5,),
                ),
            ),
        ),
        Part(
            ref="6",
            title="Problem-solving process",
            benchmark=6,
            rows=(
                Row(
                    "6.1",
                    "Partners know how to bring a concern about a place or an activity.",
                    (
                        Act(
                            "Write a procedure.",
                            lead="officer",
                            dates=(by(-90),),
                            said=(Said(-60, "Not begun; the post was empty for five months.", RED, by="officer"),),
                        ),
                    ),
                    benchmarks=(6,),
                    sensitive=True,
                ),
            ),
        ),
        Part(
            ref="7",
            title="Training programme",
            benchmark=7,
            rows=(
                Row(
                    "7.1",
                    "A programme by role.",
                    (
                        _done("Agree who needs what.", "workforce", -260, "Five tiers agreed."),
                        _done("Buy places on the chair's course.", "workforce", -120, "Two places taken."),
                        Act(
                            "Train frontline teams.",
                            lead="workforce",
                            dates=(month(-2),),
                            said=(
                                Said(-140, "210 people.", GREEN, by="training"),
                                Said(-50, "305 of 400 people; sickness among trainers.", AMBER, by="training"),
                            ),
                        ),
                    ),
                    benchmarks=(7,),
                ),
            ),
        ),
        Part(
            ref="8",
            title="Venue hire and IT policies",
            benchmark=8,
            rows=(
                Row(
                    "8.1",
                    "Policies exist.",
                    (
                        _done("Adopt a policy on filtering.", "digital", -170, "Adopted."),
                        _done("Adopt interim guidance on venue hire.", "bookings", -70, "Guidance in use."),
                    ),
                    benchmarks=(8,),
                ),
            ),
        ),
        Part(
            ref="9",
            title="Community engagement",
            benchmark=9,
            rows=(
                Row(
                    "9.1",
                    "We listen.",
                    (_done("Hold two open evenings.", "engagement", -110, "Held in two towns; 58 people."),),
                    benchmarks=(9,),
                ),
            ),
        ),
        Part(
            ref="10",
            title="Communications",
            benchmark=10,
            rows=(
                Row(
                    "10.1",
                    "We explain.",
                    (_done("Write a first set of web pages.", "communications", -160, "Published."),),
                    benchmarks=(10,),
                ),
            ),
            notes=(Note("National campaigns are shared when they fit.", points_to="National communications calendar"),),
        ),
    ),
)
