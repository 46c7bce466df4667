"""Exampleshire County Council: the plan that is being worked on, and what came before and comes next."""

from prevent_portal.demonstration import LEAVER, LEFT_DAYS_AGO

from .county_past import LAST_YEAR, TWO_YEARS_AGO
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
    Recommended,
    Row,
    Said,
    body,
    by,
    conditional,
    month,
    numeric_month,
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

ASSURANCE = "Annual assurance {years}"

PEOPLE = {
    "coordinator": person("Alex Marlow", "Prevent Coordinator", account="coordinator@exampleshire.example"),
    "officer": person("Sam Whitlock", "Community Safety Officer", account="officer@exampleshire.example"),
    "libraries": person(
        "Jordan Pell", "Head of Libraries and Registration", account="contributor@exampleshire.example"
    ),
    "workforce": person("Morgan Tay", "Workforce Development Manager", account="training@exampleshire.example"),
    "bookings": person("Robin Quill", "Bookings Team Leader", account="venues@exampleshire.example"),
    "engagement": person("Pat Ainsley", "Community Engagement Officer", account=LEAVER[0], left_days_ago=LEFT_DAYS_AGO),
    "director": person("Chris Arden", "Director of Communities and Public Protection"),
    "education": person("Ellis Brook", "Education Safeguarding Adviser", account="education@exampleshire.example"),
    "digital": post("Head of Digital and Information Security"),
    "procurement": post("Procurement and Contracts Manager"),
    "communications": post("Communications Manager"),
    "adults": post("Principal Social Worker (Adults)"),
    "early_help": post("Head of Early Help and Family Services"),
    "legal": post("Monitoring Officer"),
    "democratic": post("Democratic Services Manager"),
    "estates": post("Head of Property and Estates"),
    "youth": post("Youth Work Team"),
    "grants": post("Community Grants Officer"),
    "resilience": post("Emergency Planning and Business Continuity Manager"),
    "districts": post("Community safety leads of the seven districts and boroughs"),
    "police": body("Exampleshire Police Prevent team", slug="exampleshire-police"),
    "college": body("Exampleshire College", slug="exampleshire-college"),
    "calderwold": body("Calderwold Borough Council", slug="calderwold"),
    "oakhampton": body("Oakhampton Borough Council", slug="oakhampton"),
    "health": body("Exampleshire Health and Care Partnership"),
    "probation": body("Regional Probation Service"),
    "fire": body("Exampleshire Fire and Rescue Service"),
    "voluntary": body("Exampleshire Voluntary Action"),
    "parishes": body("Exampleshire Association of Parish and Town Councils"),
    "safeguarding": body(
        "Exampleshire Safeguarding Adults Board and Safeguarding Children Partnership, joint business unit for "
        "learning, improvement and multi-agency training"
    ),
}

_PARTNERSHIP = Part(
    ref="1",
    title="Partnership group",
    benchmark=1,
    introduction="The Exampleshire Prevent Partnership Board meets every quarter and answers to the strategic "
    "community safety board. An operational group of leads from the county, the districts and partners meets monthly.",
    rows=(
        Row(
            "1.1",
            "Prevent has clear leadership, and partners of the right seniority take part.",
            (
                Act(
                    "Renew the board's terms of reference and membership, with a named deputy for every member.",
                    letter="a",
                    lead="director",
                    owners=("coordinator",),
                    partners=("police", "health", "probation", "fire"),
                    dates=(by(-96),),
                    outcome="Terms of reference agreed; every partner has a named member and deputy.",
                    said=(
                        Said(-160, "First draft sent to members for comment.", GREEN, by="officer"),
                        Said(-124, "Comments from six of nine partners taken in; health and probation to follow."),
                        Said(-98, "Agreed at the board's summer meeting. Deputies named by all nine partners.", BLUE),
                    ),
                ),
                Act(
                    "Report attendance to the board's chair each quarter and follow up any partner that misses two "
                    "meetings running.",
                    letter="b",
                    lead="officer",
                    dates=(recurring("Quarterly", 24),),
                    outcome="Every partner attends at least three of four meetings.",
                    said=(
                        Said(-150, "Attendance sheet started; 8 of 9 partners at the spring meeting.", by="officer"),
                        Said(-60, "9 of 9 at the summer meeting.", by="officer"),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(1,),
        ),
        Row(
            "1.2",
            "Districts and county work to one picture of who does what.",
            (
                Act(
                    "Publish a one-page guide to governance: which group decides, which delivers, which scrutinises, "
                    "and how a district's concern reaches the board.",
                    lead="coordinator",
                    partners=("districts", "police"),
                    dates=(by(38),),
                    outcome="Guide on the intranets of the county and all seven districts.",
                    milestones=(
                        ("Draft shared with district leads", -40, -43),
                        ("Plain-language check by the communications team", -5, -2),
                        ("Published by all eight councils", 38, None),
                    ),
                    said=(
                        Said(-70, "Workshop held with district leads; six of seven took part."),
                        Said(-43, "Draft out for comment. Good response; two districts asked for a flow chart."),
                    ),
                ),
            ),
            tier="County and districts",
            benchmarks=(1, 3),
        ),
        Row(
            "1.3",
            "Elected members oversee Prevent and can ask informed questions about it.",
            (
                Act(
                    "Brief all members once a year, and the portfolio holder every quarter, on the plan, the "
                    "self-assessment and what they can do in their divisions.",
                    lead="coordinator",
                    owners=("democratic",),
                    dates=(yearly(2),),
                    outcome="At least 45 of 57 members attend or watch the recording.",
                    resources="Two hours of a meeting room with a hearing loop; recording by Democratic Services.",
                    said=(
                        Said(-132, "Portfolio holder's briefing moved to the first Tuesday of the quarter."),
                        Said(-41, "Date of the all-member briefing set. Material shared with the districts to reuse."),
                    ),
                ),
                Act(
                    "Take the yearly Prevent report to the Communities Scrutiny Committee and answer its "
                    "recommendations within one meeting.",
                    lead="coordinator",
                    partners=("democratic",),
                    dates=(by(16),),
                    outcome="Report on the committee's work programme; recommendations answered in time.",
                    said=(Said(-20, "Report drafted. Finance and equality implications still to be verified.", GREEN),),
                ),
            ),
            tier="County",
            benchmarks=(1,),
        ),
    ),
)

_RISK = Part(
    ref="2",
    title="Risk assessment",
    benchmark=2,
    rows=(
        Row(
            "2.1",
            "The counter-terrorism local profile and local knowledge together inform a yearly situational risk "
            "assessment that all partners recognise.",
            (
                Act(
                    "Hold the yearly briefing on the counter-terrorism local profile for cleared officers and record "
                    "the actions that follow from it.",
                    letter="a",
                    lead="police",
                    owners=("coordinator",),
                    dates=(by(-118),),
                    sensitive=True,
                    outcome="Briefing held; actions recorded and owned.",
                    said=(Said(-121, "Briefing held at police headquarters. Eleven actions recorded.", BLUE),),
                ),
                Act(
                    "Collect the districts' returns (what they see, what they lack, what has changed) on one form "
                    "that covers every ideology in the same way, mixed, unclear and unstable ones included.",
                    letter="b",
                    lead="officer",
                    partners=("districts",),
                    dates=(by(-13),),
                    outcome="Seven returns of comparable quality.",
                    said=(
                        Said(-75, "Form agreed by the operational group and sent out.", GREEN, by="officer"),
                        Said(-31, "Three returns in.", GREEN, by="officer"),
                        Said(
                            -9,
                            "Five returns in. Penmarrow and Stonewater Vale asked for two more weeks because the same "
                            "officers are running elections.",
                            AMBER,
                            by="officer",
                        ),
                    ),
                ),
                Act(
                    "Write the situational risk assessment and have it signed off by the board.",
                    letter="c",
                    lead="coordinator",
                    owners=("director",),
                    dates=(month(2, before="End of"),),
                    outcome="Assessment signed off; each risk answered by an action of this plan or a stated reason.",
                    milestones=(
                        ("Outline agreed with police", -30, -33),
                        ("First full draft", 20, None),
                        ("Signed off by the board", 55, None),
                    ),
                    sensitive=True,
                    said=(
                        Said(-33, "Outline agreed.", GREEN),
                        Said(
                            -4,
                            "Drafting cannot start in earnest before the last two returns (2.1 b) are in.",
                            AMBER,
                            "The date has not passed, but it depends on returns that are late.",
                        ),
                    ),
                ),
            ),
            tier="County, from district returns",
            benchmarks=(2,),
            recommendation=1,
        ),
        Row(
            "2.2",
            "Services know what the assessment means for them.",
            (
                Act(
                    "Turn the assessment into a two-page note at OFFICIAL for service managers, without anything that "
                    "could identify a person, a place of worship or a neighbourhood.",
                    lead="coordinator",
                    partners=("communications",),
                    dates=(see("See 2.1 c above, then one month"),),
                    outcome="Note discussed at directorate management teams.",
                ),
            ),
            tier="County",
            benchmarks=(2, 6),
        ),
    ),
)

_PLAN = Part(
    ref="3",
    title="Partnership plan",
    benchmark=3,
    rows=(
        Row(
            "3.1",
            "This plan answers the risk assessment and is kept alive through the year.",
            (
                Act(
                    "Review every action with its owner each quarter and freeze a snapshot for the board.",
                    lead="coordinator",
                    owners=("officer",),
                    dates=(recurring("Quarterly, two weeks before each board", 11),),
                    outcome="Every open action has an update not older than one quarter.",
                    said=(
                        Said(-152, "First review done by telephone; took too long. Moving to a shared list."),
                        Said(-62, "Second review: 24 of 33 actions updated by their owners without being chased."),
                    ),
                ),
                Act(
                    "Map this plan against the plans of the seven districts and agree which actions are done once for "
                    "everybody.",
                    lead="officer",
                    partners=("districts", "oakhampton", "calderwold"),
                    dates=(by(-52),),
                    outcome="List of shared actions agreed by all district leads.",
                    said=(
                        Said(-140, "Plans of five districts received.", GREEN, by="officer"),
                        Said(-88, "All seven received; mapping half done.", GREEN, by="officer"),
                        Said(
                            -47,
                            "Mapping finished and 14 actions proposed as shared. Two district leads want to take the "
                            "list to their own boards first.",
                            AMBER,
                            "Overdue by the date, but the work is finished and only two confirmations are missing.",
                            by="officer",
                        ),
                    ),
                ),
            ),
            tier="County and districts",
            benchmarks=(3,),
            recommendation=2,
        ),
    ),
    notes=(
        Note(
            "District plans are agreed by each district's own community safety partnership.",
        ),
        Note(
            "Work with prisons and people under supervision is in the Regional Probation Service's plan.",
            points_to="Regional Probation Service, Prevent delivery plan",
        ),
    ),
)

_REFERRAL = Part(
    ref="4",
    title="Referral pathway",
    benchmark=4,
    rows=(
        Row(
            "4.1",
            "Anybody with a concern finds the national referral form and one telephone number in two minutes.",
            (
                Act(
                    "Replace the four different referral pages on council websites by one that points to the national "
                    "form, with the police advice line and what happens next in plain words.",
                    letter="a",
                    lead="coordinator",
                    owners=("communications", "digital"),
                    partners=("districts",),
                    dates=(by(-71, "County website", met=-68), short(45, "District websites")),
                    outcome="One page, read in under two minutes by people who test it.",
                    said=(
                        Said(-128, "Wording agreed with police and tested with five front-desk staff."),
                        Said(
                            -68,
                            "County page live and old pages redirected. Districts follow with their own templates.",
                        ),
                    ),
                ),
                Act(
                    "Check with a mystery-shopper exercise that staff at reception desks, libraries and the contact "
                    "centre can say where a concern goes.",
                    letter="b",
                    lead="libraries",
                    partners=("bookings", "coordinator"),
                    dates=(by(27),),
                    outcome="20 visits or calls; at least 16 good answers; others followed up within a week.",
                    steps=(
                        "Agree the script with the coordinator: an invented concern, no personal data.",
                        "Train four volunteers from other services as shoppers.",
                        "Make 20 visits and calls over three weeks.",
                        "Share results with team leaders, then repeat where answers were weak.",
                    ),
                    steps_done=2,
                    said=(
                        Said(-48, "Script agreed.", GREEN, by="contributor"),
                        Said(-12, "Four shoppers trained; visits start next week.", GREEN, by="contributor"),
                    ),
                ),
            ),
            tier="County and districts",
            benchmarks=(4,),
        ),
        Row(
            "4.2",
            "Referral quality improves, and people who refer hear back.",
            (
                Act(
                    "Agree with police what feedback a referrer receives and when, and put it into training.",
                    lead="coordinator",
                    partners=("police", "safeguarding"),
                    dates=(tbc("tbc with police"),),
                    outcome="Every professional who refers hears within ten working days that the referral was "
                    "received and whether anything more is needed of them.",
                ),
            ),
            tier="County",
            benchmarks=(4, 6),
        ),
    ),
)

_CHANNEL = Part(
    ref="5",
    title="Channel panel",
    benchmark=5,
    introduction="Only the governance of the panel is planned here. Nothing about people who are referred or supported "
    "is ever recorded in this plan.",
    rows=(
        Row(
            "5.1",
            "The panel has the membership, training and deputies that the duty guidance asks for.",
            (
                Act(
                    "Appoint and train a second deputy chair, so that no meeting depends on one person.",
                    letter="a",
                    lead="adults",
                    owners=("early_help",),
                    dates=(by(-64),),
                    outcome="Second deputy chair appointed and trained.",
                    said=(
                        Said(-130, "Role described and advertised among senior managers of both directorates."),
                        Said(-79, "Appointed."),
                        Said(-66, "Chair's training done; shadowed one meeting.", BLUE),
                    ),
                ),
                Act(
                    "Have all standing members complete the national panel modules and record the date.",
                    letter="b",
                    lead="workforce",
                    partners=("police", "health", "college"),
                    dates=(by(9),),
                    outcome="100% of standing members in date.",
                    said=(
                        Said(-57, "9 of 14 in date.", GREEN, by="training"),
                        Said(-16, "12 of 14 in date; the last two are booked.", GREEN, by="training"),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(5,),
        ),
        Row(
            "5.2",
            "The panel's work is assured every year.",
            (
                Act(
                    "Take part in the yearly assurance of the panel with a chair from a neighbouring area, and bring "
                    "the general lessons to the board.",
                    lead="director",
                    owners=("adults",),
                    dates=(yearly(3),),
                    outcome="Assurance statement signed in time.",
                ),
            ),
            tier="County",
            benchmarks=(5,),
        ),
    ),
)

_TRAINING = Part(
    ref="6",
    title="Training",
    benchmark=6,
    rows=(
        Row(
            "6.1",
            "Staff are trained to the depth that their roles need and refreshed in time.",
            (
                Act(
                    "Map all 212 job families to a training tier and load the map into the learning system, so that "
                    "new starters are enrolled on their first day without anybody having to remember.",
                    letter="a",
                    lead="workforce",
                    owners=("digital",),
                    dates=(by(-41),),
                    outcome="Every job family has a tier; 100% of new starters enrolled within one week.",
                    resources="Learning system supplier: two days of configuration (within contract).",
                    said=(
                        Said(
                            -155, "Job families exported; first sort done with directorate leads.", GREEN, by="training"
                        ),
                        Said(-92, "180 of 212 mapped.", GREEN, by="training"),
                        Said(-58, "Map finished and checked with staff representatives.", GREEN, by="training"),
                        Said(
                            -33,
                            "The supplier withdrew the slot for configuration and offers the next one in ten weeks. "
                            "Enrolment by hand meanwhile; takes a day a month.",
                            RED,
                            by="training",
                        ),
                    ),
                ),
                Act(
                    "Deliver eight face-to-face sessions for frontline teams in social care, housing advice, youth "
                    "work and libraries, with a case study for each setting.",
                    letter="b",
                    lead="coordinator",
                    owners=("workforce",),
                    partners=("police",),
                    dates=(month(3),),
                    outcome="160 staff trained; 85% say that they know what to do with a concern, against 50% before.",
                    milestones=(
                        ("Case studies written, invented and checked", -100, -104),
                        ("Four sessions delivered", -20, -25),
                        ("Eight sessions delivered", 85, None),
                    ),
                    said=(
                        Said(-104, "Four case studies ready."),
                        Said(-60, "Two sessions; 41 staff; evaluation very positive."),
                        Said(-25, "Four sessions; 87 staff. Confidence 52% before, 88% after."),
                    ),
                ),
                Act(
                    "Report training figures by directorate to the corporate management team each quarter.",
                    letter="c",
                    lead="workforce",
                    dates=(recurring("Each quarter", 33),),
                    outcome="At least 95% of required staff in date in every directorate.",
                    said=(
                        Said(-142, "First report: 88% overall; two directorates under 80%.", GREEN, by="training"),
                        Said(-50, "Second report: 91% overall, no directorate under 85%.", GREEN, by="training"),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(6,),
            recommendation=3,
        ),
        Row(
            "6.2",
            "Schools, colleges and early-years settings are supported with the duty.",
            (
                Act(
                    "Run a network of designated safeguarding leads each term with one Prevent topic each time.",
                    lead="education",
                    partners=("college", "police"),
                    dates=(term("Each term, starting with the autumn term"),),
                    outcome="70% of schools send somebody at least twice a year; notes sent to the rest.",
                    said=(
                        Said(-145, "Summer network: 94 schools.", GREEN, by="education"),
                        Said(
                            -28,
                            "Autumn network: 121 schools. Topic: online spaces and group chats.",
                            GREEN,
                            by="education",
                        ),
                    ),
                ),
                Act(
                    "Give every school a template for its own risk assessment, filled in for one invented primary and "
                    "one invented secondary school.",
                    lead="education",
                    dates=(by(-20),),
                    outcome="Template used by at least half of the maintained schools by the summer.",
                    said=(
                        Said(-90, "Template drafted with three head teachers.", GREEN, by="education"),
                        Said(
                            -17,
                            "Template ready; publication waits for the new safeguarding handbook so that links agree.",
                            AMBER,
                        ),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(6,),
        ),
        Row(
            "6.3",
            "Volunteers, contractors and foster carers are not forgotten.",
            (
                Act(
                    "Write a short awareness offer for organisations with volunteers and deliver it through the "
                    "voluntary sector's own training calendar.",
                    lead="engagement",
                    partners=("voluntary", "parishes"),
                    dates=(by(19),),
                    outcome="Six sessions; 90 volunteers from at least 25 organisations.",
                    said=(
                        Said(-115, "Offer written with Exampleshire Voluntary Action.", GREEN, by="engagement"),
                        Said(-44, "Two sessions held; 37 volunteers.", GREEN, by="engagement"),
                    ),
                ),
                Act(
                    "Put the expectation of awareness training into contracts for home care, transport and supported "
                    "housing when they are let or renewed.",
                    lead="procurement",
                    owners=("adults",),
                    dates=(starting(-120), conditional("Older contracts: when they are next varied")),
                    outcome="Clause in 100% of new contracts of these kinds.",
                    said=(Said(-85, "Clause agreed by legal and in the standard terms.", GREEN),),
                ),
            ),
            tier="County",
            benchmarks=(6, 7),
        ),
    ),
)

_ENVIRONMENTS = Part(
    ref="7",
    title="Reducing permissive environments",
    benchmark=7,
    rows=(
        Row(
            "7.1",
            "Council premises, leased ones included, give no platform to those who radicalise, and lawful speech is "
            "protected.",
            (
                Act(
                    "Adopt one venue hire policy with the districts: a short form for every booking, checks in the "
                    "open and the same for everybody, a second officer for adverse decisions, and reasons that weigh "
                    "freedom of speech and equality law.",
                    letter="a",
                    lead="bookings",
                    owners=("legal",),
                    partners=("districts", "estates", "libraries"),
                    dates=(by(-24),),
                    outcome="Policy adopted by the county and at least five districts.",
                    milestones=(
                        ("Equality impact assessment published", -60, -58),
                        ("Policy adopted by Cabinet", -24, None),
                        ("Adopted by five districts", 60, None),
                    ),
                    said=(
                        Said(-135, "Working group of bookings officers formed.", GREEN, by="venues"),
                        Said(-58, "Equality impact assessment published with the draft policy.", GREEN, by="venues"),
                        Said(
                            -18,
                            "Cabinet asked for a paragraph on appeals by hirers; goes back to its next meeting.",
                            AMBER,
                            by="venues",
                        ),
                    ),
                ),
                Act(
                    "Train everybody who takes bookings in libraries, community centres and register offices in the "
                    "short form and in where to ask.",
                    letter="b",
                    lead="libraries",
                    owners=("bookings",),
                    dates=(by(52),),
                    outcome="All 64 booking staff trained; short guide at every desk.",
                    said=(Said(-15, "22 of 64 trained. Guide printed.", GREEN, by="contributor"),),
                ),
                Act(
                    "Write the same expectations into new leases of council property.",
                    letter="c",
                    lead="estates",
                    owners=("legal",),
                    dates=(conditional("When leases are granted or renewed"),),
                    outcome="Clause in all new leases.",
                ),
            ),
            tier="County and districts",
            benchmarks=(7,),
        ),
        Row(
            "7.2",
            "Public computers and wireless networks are filtered, and filtering is tested.",
            (
                Act(
                    "Test filtering on public computers and guest wireless in all libraries and hubs against the "
                    "national list, and repair what fails.",
                    lead="digital",
                    owners=("libraries",),
                    dates=(by(-48),),
                    outcome="Filtering works at all 41 sites; a test report every six months.",
                    steps=(
                        "Agree the method of the test with information governance.",
                        "Test the 29 library sites.",
                        "Test the 12 hubs and register offices.",
                        "Repair and test again.",
                    ),
                    steps_done=2,
                    said=(
                        Said(-110, "Method agreed; no browsing by named users is looked at.", GREEN, by="contributor"),
                        Said(
                            -72, "29 libraries tested: 26 pass, three repaired the same week.", GREEN, by="contributor"
                        ),
                        Said(
                            -39,
                            "The hubs' wireless is a partner's network and its supplier has not given access for a "
                            "test.",
                            RED,
                            by="contributor",
                        ),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(7,),
        ),
        Row(
            "7.3",
            "Public money does not reach groups that undermine the duty.",
            (
                Act(
                    "Add a proportionate check to the conditions of community grants, the same for every applicant, "
                    "and explain it in the guidance for applicants.",
                    lead="grants",
                    owners=("procurement",),
                    partners=("voluntary",),
                    dates=(by(-83),),
                    outcome="Condition and guidance in all grant rounds.",
                    said=(
                        Said(-112, "Wording tested with four small organisations; shortened by half."),
                        Said(-86, "In force from the autumn grant round.", BLUE),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(7,),
        ),
        Row(
            "7.4",
            "Partners solve problems together where a space or activity gives cause for concern.",
            (
                Act(
                    "Agree with police and districts how a concern about a place, an event or an online space is "
                    "brought, who leads, which lawful powers there are, and how it ends.",
                    lead="officer",
                    owners=("police",),
                    partners=("districts", "fire", "legal"),
                    dates=(month(1),),
                    outcome="Procedure agreed and used in an exercise.",
                    said=(
                        Said(-37, "First draft discussed in the operational group.", GREEN, by="officer"),
                        Said(
                            -6,
                            "Legal advice on powers is needed before the procedure can go further; none booked yet.",
                            RED,
                            "Cannot be finished by the date unless advice comes this month.",
                            by="officer",
                        ),
                    ),
                ),
            ),
            tier="County and districts",
            benchmarks=(7,),
            sensitive=True,
        ),
    ),
)

_ENGAGEMENT = Part(
    ref="8",
    title="Communications and engagement",
    benchmark=8,
    rows=(
        Row(
            "8.1",
            "What the partnership says about Prevent is planned, open and easy to find.",
            (
                Act(
                    "Agree a communications plan for the year with audiences, messages, a named spokesperson and a way "
                    "of measuring each activity.",
                    letter="a",
                    lead="communications",
                    owners=("coordinator",),
                    partners=("police", "districts"),
                    dates=(by(-103),),
                    outcome="Plan agreed by the board.",
                    said=(
                        Said(-151, "Outline discussed with the districts' press officers."),
                        Said(-105, "Agreed by the board.", BLUE),
                    ),
                ),
                Act(
                    "Publish the public edition of this plan and a yearly summary of what was done.",
                    letter="b",
                    lead="coordinator",
                    owners=("communications",),
                    dates=(numeric_month(3),),
                    outcome="Published; read by at least 500 people.",
                ),
            ),
            tier="County and districts",
            benchmarks=(8,),
        ),
        Row(
            "8.2",
            "Communities of every kind are heard, and their questions are answered.",
            (
                Act(
                    "Set up a community advisory group whose members reflect the whole county, and ask it about "
                    "policies before they are decided.",
                    lead="engagement",
                    owners=("coordinator",),
                    partners=("voluntary", "youth"),
                    dates=(by(-36),),
                    outcome="Group of 12 to 16 people meets three times a year; advice and answers published.",
                    said=(
                        Said(
                            -125,
                            "Role described; open call in libraries, leisure centres and online.",
                            GREEN,
                            by="engagement",
                        ),
                        Said(-67, "31 people interested; conversations with all of them.", GREEN, by="engagement"),
                        Said(
                            -29,
                            "Invitations are ready but the officer who knows the applicants has left. First meeting "
                            "put off until somebody takes this over.",
                            RED,
                        ),
                    ),
                ),
                Act(
                    "Hold listening events in four parts of the county with parish and town councils: what people "
                    "worry about, what they would do, whom they would ask. Each event has a clear purpose, an agenda "
                    "with time for questions, an anonymous form before and after, and a note of what was said without "
                    "names, which goes to those who came, to the parish and to the operational group. Places are "
                    "chosen so that every district has one within half an hour by bus; dates avoid school holidays and "
                    "the main festivals of all communities; there is a hearing loop, step-free access, an interpreter "
                    "where one is asked for and somebody to mind children. Results are read together at the end: what "
                    "surprised us, what we change, what we cannot change and why.",
                    lead="engagement",
                    owners=("officer",),
                    partners=("parishes", "districts", "youth", "fire"),
                    dates=(
                        by(-55, "First two events", met=-57),
                        by(41, "Other two events"),
                    ),
                    outcome="Four events, 160 people; understanding of Prevent up by a third between the two forms.",
                    resources="£2,400 for rooms, interpreters and printing, from the community safety fund.",
                    steps=(
                        "Agree four places and dates with the parish councils.",
                        "Write invitations and the anonymous form.",
                        "Hold the first two events.",
                        "Hold the other two events.",
                        "Publish what was said and what follows from it.",
                    ),
                    steps_done=3,
                    said=(
                        Said(-120, "Places and dates agreed.", GREEN, by="engagement"),
                        Said(
                            -57,
                            "Two events held: 71 people. Understanding 44% before, 69% after.",
                            GREEN,
                            by="engagement",
                        ),
                        Said(
                            -22,
                            "Third event needs a new host because the engagement officer has left.",
                            AMBER,
                            "The last date is weeks away, but nobody is booked to run the events.",
                        ),
                    ),
                ),
                Act(
                    "Keep in touch with faith, community, sport and arts groups of all kinds through the existing "
                    "forums rather than new ones.",
                    lead="engagement",
                    partners=("voluntary",),
                    dates=(ongoing("Ongoing – every forum at least twice a year"),),
                    outcome="List of forums with the dates of visits.",
                    said=(Said(-50, "Nine forums visited since the spring.", GREEN, by="engagement"),),
                ),
            ),
            tier="County and districts",
            benchmarks=(8,),
        ),
        Row(
            "8.3",
            "Young people and parents know how to stay safe online and where to turn.",
            (
                Act(
                    "Offer workshops on critical thinking and online influence to youth clubs and alternative "
                    "provision.",
                    lead="youth",
                    partners=("college", "education"),
                    dates=(ongoing(),),
                    outcome="30 workshops; 500 young people; anonymous feedback.",
                    rag=GREEN,
                ),
                Act(
                    "Put together an evening for parents with schools, libraries and the police, in person and online.",
                    lead="libraries",
                    owners=("education",),
                    partners=("police",),
                    dates=(by(-9),),
                    outcome="Two evenings; 120 parents and carers; recording with captions.",
                    said=(
                        Said(-52, "Speakers agreed; first evening fully booked.", GREEN, by="contributor"),
                        Said(
                            -8,
                            "First evening held: 74 parents and carers. Second put off by the venue's boiler; new date "
                            "being found.",
                            AMBER,
                            by="contributor",
                        ),
                    ),
                ),
            ),
            tier="County",
            benchmarks=(8,),
        ),
    ),
    notes=(Note("Counter-messaging online is led nationally and is not planned here."),),
)

CURRENT = PlanText(
    title="Prevent partnership delivery plan {years}",
    parts=(_PARTNERSHIP, _RISK, _PLAN, _REFERRAL, _CHANNEL, _TRAINING, _ENVIRONMENTS, _ENGAGEMENT),
    aim="To keep people in Exampleshire from being drawn into terrorism, whatever the ideology, by working together "
    "early, openly and in proportion.",
    introduction="This plan carries out the council's duty under section 26 of the Counter-Terrorism and Security Act "
    "2015. It follows the eight benchmarks of the duty toolkit and was written with the seven districts and boroughs, "
    "the police and partners. It holds no information about people who have been referred.",
    updated_days=-7,
    agreed_by="Exampleshire Prevent Partnership Board",
    exercise=ASSURANCE,
)

NEXT_YEAR = PlanText(
    title="Prevent partnership delivery plan {years} (first thoughts)",
    years_ago=-1,
    state="draft",
    aim="To be agreed with the board in the new year.",
    parts=(
        Part(
            title="Carried forward",
            rows=(
                Row(
                    "1",
                    "Filtering is tested on partners' networks too.",
                    (Act("Put the right to test into the next network contract.", lead="digital", dates=(tbc(),)),),
                    benchmarks=(7,),
                ),
                Row(
                    "2",
                    "The community advisory group has a year of advice behind it.",
                    (
                        Act(
                            "Review with its members what came of their advice.", lead="coordinator", dates=(month(14),)
                        ),
                    ),
                    benchmarks=(8,),
                ),
            ),
        ),
        Part(
            title="New",
            rows=(
                Row(
                    "3",
                    "Training reaches the night shift.",
                    (Act("Offer sessions at depots and care homes outside office hours.", owners=("workforce",)),),
                    benchmarks=(6,),
                ),
                Row(
                    "4",
                    "The risk assessment is written together with the neighbouring counties where it makes sense.",
                    (Act("Ask the neighbouring boards.", lead="coordinator", dates=(month(6),)),),
                    benchmarks=(2,),
                ),
            ),
        ),
    ),
)

EXAMPLESHIRE = Council(
    slug="exampleshire",
    people=PEOPLE,
    plans=(TWO_YEARS_AGO, LAST_YEAR, CURRENT, NEXT_YEAR),
    recommendations=(
        Recommended(
            ASSURANCE, 1, 4, "Show for each risk in the local assessment which action answers it, or why none does."
        ),
        Recommended(ASSURANCE, 2, 4, "Bring the county's and the districts' plans together and remove duplication."),
        Recommended(ASSURANCE, 3, 4, "Bring all directorates to the same level of training and show it by role."),
        Recommended(
            ASSURANCE, 4, 4, "Agree how lessons from assurance reach elected members of both tiers within the year."
        ),
    ),
)
