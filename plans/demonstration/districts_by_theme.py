"""Districts that plan by themes or priorities: Ashmere, Calderwold, Tilverton and Eastmarsh."""

from .shapes import (
    AMBER,
    BLUE,
    GREEN,
    RED,
    Act,
    Council,
    Note,
    Part,
    PlanText,
    Row,
    Said,
    body,
    by,
    conditional,
    month,
    ongoing,
    person,
    post,
    recurring,
    see,
    short,
    starting,
    tbc,
    term,
    yearly,
)

COUNTY_PLAN = "Exampleshire County Council, Prevent partnership delivery plan"


def _one(ref: str, objective: str, text: str, *, benchmarks: tuple[int, ...] = (), tier: str = "", **more) -> Row:
    """A row with one action, as most councils' tables have them."""
    return Row(ref, objective, (Act(text, **more),), benchmarks=benchmarks, tier=tier)


# Ashmere: four themes, numbered through, with milestones and "by not later than"

_ASHMERE_GOVERNANCE = Part(
    title="Governance",
    rows=(
        _one(
            "1",
            "The council's leadership owns the duty.",
            "Report to the corporate leadership team twice a year and to the cabinet member in between.",
            lead="safety",
            dates=(recurring("Spring and autumn", 21),),
            milestones=(("Spring report", -150, -151), ("Autumn report", 21, None)),
            said=(Said(-151, "Spring report taken without changes.", GREEN),),
            benchmarks=(1,),
        ),
        _one(
            "2",
            "The district's part in the county board is clear.",
            "Write down who attends what, and who decides in their absence.",
            lead="safety",
            partners=("county",),
            dates=(by(-130),),
            said=(Said(-133, "Written down and sent to the county.", BLUE),),
            benchmarks=(1,),
        ),
        _one(
            "3",
            "Risk is known and written down.",
            "Complete the district's return for the county risk assessment together with housing, licensing and "
            "leisure.",
            lead="safety",
            owners=("housing", "licensing"),
            dates=(by(-12),),
            said=(
                Said(-30, "Workshop with five services.", GREEN),
                Said(-14, "Return sent.", BLUE),
            ),
            benchmarks=(2,),
        ),
        _one(
            "4",
            "Venue hire follows one policy.",
            "Adopt the county's model policy.",
            lead="leisure",
            dates=(
                by(31, "Council buildings"),
                conditional("When their trustees meet", "Halls run by trustees on council land"),
            ),
            resources="Half a day of legal advice.",
            said=(Said(-18, "Draft in the forward plan of Cabinet.", GREEN),),
            benchmarks=(7,),
        ),
        _one(
            "5",
            "Council networks are filtered.",
            "Renew the filtering contract with a yearly test.",
            lead="digital",
            dates=(by(-61),),
            said=(
                Said(-100, "Three offers received.", GREEN),
                Said(
                    -38,
                    "Contract signed; first test in two weeks.",
                    AMBER,
                    "The contract itself was signed on time; only its test is late.",
                ),
            ),
            benchmarks=(7,),
        ),
        _one(
            "6",
            "Grants and leases carry the duty.",
            "Add the standard wording to grant conditions, leases and licences to occupy.",
            lead="legal",
            dates=(see("See 4 above"),),
            benchmarks=(7,),
        ),
    ),
)

_ASHMERE_ENGAGEMENT = Part(
    title="Engagement",
    rows=(
        _one(
            "7",
            "Villages are not forgotten.",
            "Visit every parish council cluster once with the rural crime team and listen.",
            lead="communities",
            partners=("police", "parishes"),
            dates=(month(3),),
            outcome="Five visits, a note of each without names.",
            said=(Said(-25, "Two of five visits held.", GREEN),),
            benchmarks=(8,),
        ),
        _one(
            "8",
            "Market traders and licensed premises know whom to call.",
            "Hand out the one-page guide during licensing visits.",
            lead="licensing",
            dates=(ongoing("On going"),),
            said=(Said(-70, "68 premises reached.", GREEN),),
            benchmarks=(8,),
        ),
        _one(
            "9",
            "Young people have a say.",
            "Ask the youth forum what worries it online and plan one activity with it.",
            lead="communities",
            dates=(term("By the end of the spring term"),),
            benchmarks=(8,),
        ),
    ),
)

_ASHMERE_COMMUNICATIONS = Part(
    title="Communications",
    rows=(
        _one(
            "10",
            "Messages are the same across the county.",
            "Use the county's material and add local contacts; keep one calendar with the press officer.",
            lead="press",
            partners=("county",),
            dates=(starting(-140),),
            said=(Said(-60, "Calendar in use.", GREEN),),
            benchmarks=(8,),
        ),
        _one(
            "11",
            "After an incident elsewhere people find reliable information.",
            "Prepare a holding page and agree who releases it.",
            lead="press",
            owners=("safety",),
            dates=(short(-37),),
            said=(
                Said(-80, "Text ready.", GREEN),
                Said(-35, "Not tested: the web team is moving to a new system until the end of next month.", RED),
            ),
            benchmarks=(8,),
        ),
    ),
    notes=(Note("National campaigns are taken from the county's calendar.", points_to=COUNTY_PLAN),),
)

_ASHMERE_TRAINING = Part(
    title="Training",
    rows=(
        _one(
            "12",
            "All staff know the basics.",
            "Awareness module for all staff, refreshed every two years.",
            lead="hr",
            dates=(yearly(4),),
            outcome="95% in date.",
            said=(Said(-45, "92% in date.", GREEN),),
            benchmarks=(6,),
        ),
        _one(
            "13",
            "Members are confident.",
            "One evening for all members with the county coordinator and time for questions.",
            lead="democratic",
            partners=("county",),
            dates=(by(-88),),
            said=(Said(-90, "Held: 24 of 34 members.", BLUE),),
            benchmarks=(6,),
        ),
        _one(
            "14",
            "Housing officers and refuse crews recognise susceptibility.",
            "Short talks at depots and area offices.",
            lead="housing",
            owners=("hr",),
            dates=(by(24),),
            outcome="Eight talks.",
            said=(Said(-21, "Five of eight held.", GREEN),),
            benchmarks=(6,),
        ),
        _one(
            "15",
            "Taxi and private hire drivers know the pathway.",
            "Add ten minutes on Prevent to the safeguarding course for drivers.",
            lead="licensing",
            dates=(by(-19),),
            said=(Said(-16, "Trainer's material is late.", AMBER),),
            benchmarks=(6,),
        ),
        _one(
            "16",
            "Leisure contractors are trained.",
            "Ask for certificates at the yearly contract meeting.",
            lead="leisure",
            dates=(recurring("Every year in January", 60),),
            benchmarks=(6, 7),
        ),
    ),
)

ASHMERE = Council(
    slug="ashmere",
    people={
        "safety": person(
            "Robin Ferris", "Community Safety and Emergency Planning Manager", account="coordinator@ashmere.example"
        ),
        "communities": person("Jules Harrow-Smith", "Communities Officer"),
        "housing": post("Head of Housing"),
        "licensing": post("Licensing Team Leader"),
        "leisure": post("Leisure and Culture Manager"),
        "digital": post("ICT Security Officer"),
        "legal": post("Solicitor to the Council"),
        "press": post("Press Officer"),
        "hr": post("HR and Organisational Development"),
        "democratic": post("Democratic Services"),
        "county": body("Exampleshire County Council", slug="exampleshire"),
        "police": body("Exampleshire Police Prevent team", slug="exampleshire-police"),
        "parishes": body("Parish and town councils of Ashmere"),
    },
    plans=(
        PlanText(
            title="Ashmere Prevent action plan {years}",
            parts=(_ASHMERE_GOVERNANCE, _ASHMERE_ENGAGEMENT, _ASHMERE_COMMUNICATIONS, _ASHMERE_TRAINING),
            aim="To carry out the duty in a rural district: early, sensibly and together.",
            agreed_by="Ashmere Community Safety Partnership",
            updated_days=-14,
        ),
        PlanText(
            title="Ashmere Prevent action plan {years}",
            years_ago=1,
            state="closed",
            agreed_by="Ashmere Community Safety Partnership",
            closed_days=30,
            state_note="Closed with the annual review.",
            parts=(
                Part(
                    title="Governance",
                    rows=(
                        _one(
                            "1",
                            "A lead is named.",
                            "Name a lead and a deputy.",
                            lead="safety",
                            dates=(by(-300),),
                            said=(Said(-310, "Named.", BLUE),),
                        ),
                        _one(
                            "2",
                            "The duty is in policies.",
                            "Review six policies.",
                            lead="legal",
                            dates=(by(-150),),
                            said=(Said(-100, "Six of six reviewed, two months late.", BLUE),),
                        ),
                    ),
                ),
                Part(
                    title="Engagement",
                    rows=(
                        _one(
                            "3",
                            "Groups know us.",
                            "List community groups of all kinds and who knows them.",
                            lead="communities",
                            dates=(by(-200),),
                            said=(Said(-190, "Listed: 74 groups.", BLUE),),
                        ),
                    ),
                ),
                Part(
                    title="Communications",
                    rows=(
                        _one(
                            "4",
                            "There is a web page.",
                            "Write it.",
                            lead="press",
                            dates=(by(-250),),
                            said=(Said(-255, "Live.", BLUE),),
                        ),
                    ),
                ),
                Part(
                    title="Training",
                    rows=(
                        _one(
                            "5",
                            "Staff complete the module.",
                            "Roll the module out.",
                            lead="hr",
                            dates=(month(-1),),
                            said=(Said(-20, "89% of staff; the rest is carried forward.", AMBER),),
                        ),
                        _one(
                            "6",
                            "Members are briefed.",
                            "Hold an evening.",
                            lead="democratic",
                            dates=(by(-60),),
                            said=(Said(-62, "Held: 19 of 34.", BLUE),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


# Calderwold: funded, five priorities with references that restart, progress in some detail, totals that disagree

_CALDERWOLD_LEAD = Part(
    title="PRIORITY 1: LEADING TOGETHER",
    rows=(
        _one(
            "1.",
            "The funded programme is steered well.",
            "Hold the borough's Prevent steering group every six weeks with the county and the police.",
            lead="manager",
            owners=("director",),
            partners=("county", "police"),
            dates=(recurring("Every six weeks", 13),),
            outcome="Eight meetings; every action reviewed.",
            said=(
                Said(-142, "Terms of reference renewed.", GREEN),
                Said(-52, "Fifth meeting; work on venues moved up.", GREEN),
            ),
            benchmarks=(1,),
            tier="Borough",
        ),
        _one(
            "2.",
            "Money is spent on what works.",
            "Agree the projects for the year and how each will show its effect.",
            lead="manager",
            dates=(by(-115),),
            outcome="Three projects with baseline and target.",
            said=(
                Said(-141, "Eleven proposals received.", GREEN),
                Said(-117, "Three chosen; agreements signed.", BLUE),
            ),
            benchmarks=(3,),
            tier="Borough",
        ),
        _one(
            "3.",
            "Members scrutinise the programme.",
            "Take a mid-year report to the Overview and Scrutiny Committee.",
            lead="manager",
            owners=("democratic",),
            dates=(by(-6),),
            said=(Said(-5, "Moved to the next meeting because the agenda was full.", AMBER),),
            benchmarks=(1,),
            tier="Borough",
        ),
    ),
)

_CALDERWOLD_RISK = Part(
    title="PRIORITY 2: UNDERSTANDING AND REDUCING RISK",
    rows=(
        _one(
            "1.",
            "The local profile leads to local action.",
            "Turn the recommendations of the counter-terrorism local profile into actions and report them back.",
            lead="manager",
            owners=("analyst",),
            dates=(by(-95),),
            sensitive=True,
            said=(Said(-97, "Nine recommendations, nine actions.", BLUE),),
            benchmarks=(2,),
            tier="Borough and county",
        ),
        _one(
            "2.",
            "Partners act where a place or an event gives cause for concern.",
            "Run a table-top exercise with licensing, planning enforcement, police and fire.",
            lead="officer",
            partners=("police", "licensing"),
            dates=(by(44),),
            sensitive=True,
            outcome="Lessons agreed; contact list renewed.",
            said=(Said(-32, "Invented scenario written.", GREEN),),
            benchmarks=(7,),
            tier="Borough",
        ),
        _one(
            "3.",
            "Tension after events elsewhere is noticed early.",
            "Bring housing, wardens and community connectors together within two working days of a serious event.",
            lead="officer",
            owners=("wardens",),
            dates=(ongoing("As needed"),),
            said=(Said(-83, "Used once; review written.", GREEN),),
            benchmarks=(2, 8),
            tier="Borough",
        ),
        _one(
            "4.",
            "Online spaces are part of the picture.",
            "Train two officers in lawful use of open sources and agree limits with information governance.",
            lead="analyst",
            dates=(by(-44),),
            said=(
                Said(-90, "Course booked.", GREEN),
                Said(-41, "Course cancelled by the provider; no other before spring.", RED),
            ),
            benchmarks=(2,),
            tier="Borough",
        ),
    ),
)

_CALDERWOLD_PEOPLE = Part(
    title="PRIORITY 3: SUPPORTING PEOPLE EARLY",
    rows=(
        _one(
            "1.",
            "Staff and partners refer well.",
            "Give short refreshers to the ten teams that see most residents.",
            lead="training",
            dates=(by(70),),
            outcome="200 people; quality of referrals reviewed with the police without looking at persons.",
            said=(Said(-29, "Six teams, 117 people.", GREEN),),
            benchmarks=(4, 6),
            tier="Borough",
        ),
        _one(
            "2.",
            "Families find help close by.",
            "Train twelve community connectors to explain what Prevent is and where support is found.",
            lead="officer",
            partners=("voluntary",),
            dates=(by(-77),),
            said=(
                Said(-120, "14 applied.", GREEN),
                Said(-79, "12 trained.", BLUE),
            ),
            benchmarks=(8,),
            tier="Borough",
        ),
        _one(
            "3.",
            "Mentoring is there for susceptible young people.",
            "Commission a mentoring project for young people at risk of exclusion, open to all and not labelled "
            "Prevent.",
            lead="youth",
            owners=("manager",),
            partners=("college", "voluntary"),
            dates=(by(-50),),
            outcome="30 places; 80% attend to the end.",
            resources="£18,000 of project funding, second half of the year.",
            said=(
                Said(-110, "Specification written with young people.", GREEN),
                Said(-65, "Two bids received; neither within the budget.", AMBER),
                Said(
                    -46,
                    "Second call out with a smaller number of places.",
                    AMBER,
                    "More than a month late, but a provider is all but found and the places can still be filled.",
                ),
            ),
            benchmarks=(8,),
            tier="Borough",
        ),
    ),
)

_CALDERWOLD_PLACES = Part(
    title="PRIORITY 4: PLACES, MONEY AND SYSTEMS",
    rows=(
        _one(
            "1.",
            "Bookings are checked fairly and quickly.",
            "Use the short form for every booking and report triage and refusals to the steering group in numbers.",
            lead="venues",
            dates=(by(-84), recurring("Numbers each quarter", 29)),
            outcome="95% of bookings decided within two working days.",
            said=(
                Said(-86, "Short form in use in all 14 buildings.", GREEN),
                Said(
                    -30,
                    "First quarter: 412 bookings, 97% decided in time.",
                    GREEN,
                    "The first date was met; the entry stays open for the quarterly numbers.",
                ),
            ),
            benchmarks=(7,),
            tier="Borough",
        ),
        _one(
            "2.",
            "Hotels, clubs and private halls can ask.",
            "Write to 60 private venues and offer a visit.",
            lead="licensing",
            owners=("venues",),
            dates=(short(15),),
            said=(Said(-24, "34 letters out; four visits asked for.", GREEN),),
            benchmarks=(7,),
            tier="Borough",
        ),
        _one(
            "3.",
            "Public networks are filtered.",
            "Test the town centre wireless and library computers.",
            lead="digital",
            partners=("county",),
            dates=(tbc("TBC – depends on the county's supplier"),),
            benchmarks=(7,),
            tier="Borough and county",
        ),
        _one(
            "4.",
            "Contracts and grants carry the duty.",
            "Check all agreements above £25,000 for the standard clause.",
            lead="procurement",
            dates=(by(57),),
            said=(Said(-40, "31 of 58 checked; three to be varied.", GREEN),),
            benchmarks=(7,),
            tier="Borough",
        ),
    ),
)

_CALDERWOLD_TALKING = Part(
    title="PRIORITY 5: TALKING AND LISTENING",
    rows=(
        _one(
            "1.",
            "Residents help to shape the work.",
            "Meet the advisory group four times and publish its advice with the council's answers.",
            lead="officer",
            owners=("manager",),
            dates=(recurring("Quarterly", 47),),
            said=(
                Said(-130, "First meeting: 13 members.", GREEN),
                Said(-43, "Second meeting: advice on the booking form, taken up.", GREEN),
            ),
            benchmarks=(8,),
            tier="Borough",
        ),
        _one(
            "2.",
            "Schools teach critical thinking.",
            "Pay for a theatre piece and workshops in all eight secondary schools.",
            lead="youth",
            partners=("college",),
            dates=(term("Autumn and spring terms"),),
            outcome="1,500 pupils; anonymous feedback before and after.",
            said=(Said(-19, "Three schools; 612 pupils.", GREEN),),
            benchmarks=(6, 8),
            tier="Borough",
        ),
        _one(
            "3.",
            "Communications are planned.",
            "Agree one page of messages and a rota of spokespeople.",
            lead="press",
            dates=(by(-66),),
            said=(Said(-69, "Agreed.", BLUE),),
            benchmarks=(8,),
            tier="Borough",
        ),
        _one(
            "4.",
            "What was learned is shared.",
            "Write up two projects for the region's network.",
            lead="manager",
            dates=(conditional("When both evaluations are in"),),
            benchmarks=(8,),
            tier="Borough",
        ),
    ),
)

CALDERWOLD = Council(
    slug="calderwold",
    people={
        "manager": person("Ashley Corven", "Prevent Programme Manager", account="coordinator@calderwold.example"),
        "officer": person("Reese Dunmore", "Prevent Community Engagement Officer"),
        "training": person("Noel Fairbank", "Prevent Training Officer"),
        "director": post("Director of Neighbourhoods"),
        "analyst": post("Community Safety Analyst"),
        "wardens": post("Neighbourhood Warden Service"),
        "venues": post("Town Hall and Venues Manager"),
        "licensing": post("Principal Licensing Officer"),
        "digital": post("ICT Services"),
        "procurement": post("Procurement Lead"),
        "youth": post("Young People's Services Manager"),
        "press": post("Head of Communications"),
        "democratic": post("Scrutiny Officer"),
        "county": body("Exampleshire County Council", slug="exampleshire"),
        "police": body("Exampleshire Police Prevent team", slug="exampleshire-police"),
        "college": body("Exampleshire College", slug="exampleshire-college"),
        "voluntary": body("Calderwold Voluntary Sector Forum"),
    },
    plans=(
        PlanText(
            title="Calderwold Prevent delivery plan {years}",
            state="amended",
            parts=(_CALDERWOLD_LEAD, _CALDERWOLD_RISK, _CALDERWOLD_PEOPLE, _CALDERWOLD_PLACES, _CALDERWOLD_TALKING),
            aim="To use the borough's funding where it prevents most.",
            introduction="Calderwold is a funded area. This plan covers the borough's own work and the projects that "
            "it commissions.",
            updated_days=-35,
            # As a council's summary sheet would have it that nobody has brought up to date since.
            declared={"total": 19, "green": 12, "amber": 3, "red": 0, "blue": 4},
            agreed_by="Calderwold Cabinet",
            amended_days=-35,
            amend_note="Mentoring reduced to 20 places after the first call for bids; to be agreed again by Cabinet.",
        ),
        PlanText(
            title="Calderwold Prevent delivery plan {years}",
            years_ago=1,
            state="closed",
            agreed_by="Calderwold Cabinet",
            closed_days=25,
            state_note="Closed; evaluation of projects attached to the committee report.",
            updated_days=-5,
            parts=(
                Part(
                    title="PRIORITY 1: SETTING UP",
                    rows=(
                        _one(
                            "1.",
                            "The team is in place.",
                            "Recruit a programme manager and two officers.",
                            lead="director",
                            dates=(by(-260),),
                            said=(
                                Said(-280, "Manager in post.", GREEN),
                                Said(-215, "Both officers in post.", BLUE),
                            ),
                            benchmarks=(1,),
                        ),
                        _one(
                            "2.",
                            "There is a baseline.",
                            "Survey staff and residents.",
                            lead="analyst",
                            dates=(by(-180),),
                            outcome="500 answers.",
                            said=(Said(-176, "538 answers.", BLUE),),
                            benchmarks=(2,),
                        ),
                    ),
                ),
                Part(
                    title="PRIORITY 2: FIRST PROJECTS",
                    rows=(
                        _one(
                            "1.",
                            "Two projects start.",
                            "Commission a sports and a digital literacy project, both open to all.",
                            lead="manager",
                            dates=(month(-6),),
                            said=(
                                Said(-190, "Digital literacy started.", GREEN),
                                Said(-90, "Sports project ended early; lessons recorded.", RED),
                            ),
                            benchmarks=(8,),
                        ),
                        _one(
                            "2.",
                            "Training begins with those who meet most people.",
                            "Train wardens, front desk and housing.",
                            lead="training",
                            dates=(by(-30),),
                            said=(Said(-33, "164 people.", BLUE),),
                            benchmarks=(6,),
                        ),
                        _one(
                            "3.",
                            "Venues are ready.",
                            "Pilot a short booking form in two buildings.",
                            lead="venues",
                            dates=(by(-20),),
                            said=(Said(-15, "Pilot done; form goes into use everywhere.", BLUE),),
                            benchmarks=(7,),
                        ),
                    ),
                ),
            ),
        ),
        PlanText(
            title="Calderwold Prevent delivery plan {years}",
            years_ago=-1,
            state="draft",
            parts=(
                Part(
                    title="PRIORITY 1: LEADING TOGETHER",
                    rows=(
                        _one(
                            "1.",
                            "Funding is bid for.",
                            "Write the bid for next year.",
                            lead="manager",
                            dates=(month(2),),
                        ),
                        _one(
                            "2.",
                            "There is a way on without funding.",
                            "Write down what stays and what ends.",
                            dates=(tbc(),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


# Tilverton and Eastmarsh: long names, and an annex that is OFFICIAL-SENSITIVE as a whole

TILVERTON = Council(
    slug="tilverton-and-eastmarsh",
    people={
        "lead": person(
            "Charlie Whitcombe-Aldous",
            "Strategic Lead for Community Resilience, Safeguarding and Licensing",
            account="coordinator@tilverton-and-eastmarsh.example",
        ),
        "support": person("Sandy Orme", "Community Resilience Support Officer"),
        "culture": post("Joint Museums, Theatres, Town Halls and Events Programming Team"),
        "homes": post("Tenancy Sustainment and Supported Accommodation Service Manager"),
        "shared": post("Shared Digital Service of the three coastal authorities, service desk"),
        "left": person("Val Terrick", "Safeguarding Officer", left_days_ago=75),
        "county": body("Exampleshire County Council", slug="exampleshire"),
        "harbour": body("Eastmarsh Harbour Commissioners"),
        "trust": body(
            "Tilverton and Eastmarsh Heritage, Arts and Leisure Trust, on behalf of its eleven member venues"
        ),
    },
    plans=(
        PlanText(
            title="Tilverton and Eastmarsh joint Prevent, cohesion and community resilience action plan {years}",
            agreed_by="Tilverton and Eastmarsh Community Safety and Cohesion Partnership",
            updated_days=-60,
            parts=(
                Part(
                    title="Governance and policy",
                    rows=(
                        _one(
                            "G1",
                            "Two former boroughs work by one set of policies.",
                            "Merge the two safeguarding policies, with one chapter on Prevent.",
                            lead="lead",
                            owners=("left",),
                            dates=(by(-40),),
                            said=(
                                Said(-120, "Texts compared.", GREEN),
                                Said(-76, "Draft chapter written.", GREEN),
                                Said(-38, "Stopped since the safeguarding officer left.", RED),
                            ),
                            benchmarks=(3,),
                        ),
                        _one(
                            "G2",
                            "Trust venues follow the council's policy.",
                            "Write the venue hire policy into the funding agreement with the trust.",
                            lead="culture",
                            partners=("trust",),
                            dates=(starting(40),),
                            benchmarks=(7,),
                        ),
                        _one(
                            "G3",
                            "The harbour knows whom to call.",
                            "Exchange contacts with the harbour office and take part in its yearly exercise.",
                            lead="support",
                            partners=("harbour",),
                            dates=(yearly(5),),
                            said=(Said(-55, "Contacts exchanged.", GREEN),),
                            benchmarks=(1,),
                        ),
                    ),
                ),
                Part(
                    title="Engagement",
                    rows=(
                        _one(
                            "E1",
                            "Seasonal workers and newcomers are welcome and informed.",
                            "Add safety and safeguarding contacts to the welcome pack in plain English and ask for "
                            "translations where they are wanted.",
                            lead="support",
                            dates=(by(-92),),
                            said=(Said(-94, "Pack printed: 4,000 copies.", BLUE),),
                            benchmarks=(8,),
                        ),
                        _one(
                            "E2",
                            "Cohesion events bring people together.",
                            "Hold three open days with the arts venues.",
                            lead="culture",
                            partners=("trust",),
                            dates=(by(-30, "First", met=-31), by(29, "Second"), month(4, "Third")),
                            said=(Said(-31, "First open day: 900 visitors.", GREEN),),
                            benchmarks=(8,),
                        ),
                    ),
                ),
                Part(
                    title="Communications",
                    rows=(
                        _one(
                            "C1",
                            "Rumours are answered quickly.",
                            "Agree with police and the local paper how facts are confirmed.",
                            lead="lead",
                            dates=(by(-27),),
                            said=(Said(-20, "Meeting held; text of the agreement is with the paper.", AMBER),),
                            benchmarks=(8,),
                        ),
                    ),
                    notes=(Note("The county's communications plan applies.", points_to=COUNTY_PLAN),),
                ),
                Part(
                    title="Training",
                    rows=(
                        _one(
                            "T1",
                            "Supported accommodation staff are confident.",
                            "Two sessions with cases from housing.",
                            lead="homes",
                            owners=("left",),
                            dates=(by(18),),
                            benchmarks=(6,),
                        ),
                        _one(
                            "T2",
                            "Theatre, museum and seafront staff know the basics.",
                            "Awareness module before each season.",
                            lead="culture",
                            dates=(recurring("Every spring", 120),),
                            said=(Said(-100, "96% done.", GREEN),),
                            benchmarks=(6,),
                        ),
                        _one(
                            "T3",
                            "The digital service desk recognises what to pass on.",
                            "A half-hour talk at the team's meeting.",
                            lead="shared",
                            dates=(ongoing(),),
                            benchmarks=(6,),
                        ),
                    ),
                ),
            ),
        ),
        PlanText(
            title="Annex on crowded places and seasonal events {years}",
            sensitive=True,
            agreed_by="Tilverton and Eastmarsh Community Safety and Cohesion Partnership",
            introduction="Kept apart from the main plan because it names arrangements at sites.",
            parts=(
                Part(
                    title="Arrangements",
                    rows=(
                        _one(
                            "1",
                            "Event organisers are advised.",
                            "Invite advisers to the safety advisory group for every event above 2,000 visitors.",
                            lead="lead",
                            dates=(ongoing(),),
                            said=(Said(-66, "Done for four events.", GREEN),),
                        ),
                        _one(
                            "2",
                            "Stewards know what to report.",
                            "Add reporting to the stewards' briefing card.",
                            lead="culture",
                            dates=(by(-110),),
                            said=(Said(-112, "Card printed.", BLUE),),
                        ),
                        _one(
                            "3",
                            "Lessons are kept.",
                            "Hold a debrief after the season.",
                            lead="support",
                            dates=(by(6),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
