"""Districts that plan by benchmarks, at length (Brackenhythe) or briefly (Penmarrow, Stonewater Vale)."""

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
    numeric_month,
    ongoing,
    person,
    post,
    recurring,
    see,
    starting,
    tbc,
    yearly,
)

COUNTY_PLAN = "Exampleshire County Council, Prevent partnership delivery plan"


# Brackenhythe: one row for each benchmark, its actions lettered, owners and dates often for the whole row

BRACKENHYTHE_CURRENT = PlanText(
    title="Brackenhythe Prevent duty action plan {years}",
    agreed_by="Brackenhythe Cabinet member for safer communities",
    updated_days=-48,
    aim="To meet all eight benchmarks in proportion to a quiet, rural area.",
    parts=(
        Part(
            ref="1",
            title="Partnership group",
            benchmark=1,
            rows=(
                Row(
                    "1",
                    "There is an effective multi-agency partnership group to oversee Prevent.",
                    (
                        Act(
                            "Attend the county's board and operational group.",
                            letter="a",
                            said=(Said(-48, "All meetings attended.", GREEN),),
                        ),
                        Act(
                            "Make Prevent a standing item of the community safety partnership.",
                            letter="b",
                            said=(Said(-90, "Standing item since the summer.", BLUE),),
                        ),
                        Act("Report to scrutiny once a year.", letter="c", rag=GREEN, dates=(month(2),)),
                    ),
                    lead="manager",
                    dates=(ongoing("On going"),),
                    benchmarks=(1,),
                    outcome="Minutes; attendance record.",
                ),
            ),
        ),
        Part(
            ref="2",
            title="Risk assessment",
            benchmark=2,
            rows=(
                Row(
                    "2",
                    "There is a local risk assessment, reviewed against the counter-terrorism local profile.",
                    (
                        Act(
                            "Take part in the profile's yearly briefing.",
                            letter="a",
                            dates=(by(-119),),
                            said=(Said(-118, "Attended.", BLUE),),
                        ),
                        Act(
                            "Update the district's chapter of the situational risk assessment.",
                            letter="b",
                            dates=(by(-11),),
                            sensitive=True,
                            said=(Said(-10, "Two of four services have answered.", AMBER),),
                        ),
                        Act(
                            "Share the OFFICIAL summary with service managers.",
                            letter="c",
                            dates=(see("See b) above"),),
                        ),
                    ),
                    lead="manager",
                    partners=("county", "police"),
                    benchmarks=(2,),
                    outcome="Chapter sent to the county in time.",
                ),
            ),
        ),
        Part(
            ref="3",
            title="Partnership plan",
            benchmark=3,
            rows=(),
            notes=(
                Note("See the county's delivery plan, which this plan complements.", points_to=COUNTY_PLAN),
                Note("The plan is reviewed by the community safety partnership each spring."),
            ),
        ),
        Part(
            ref="4",
            title="Referral pathway",
            benchmark=4,
            rows=(
                Row(
                    "4",
                    "There is an agreed pathway for people who may be susceptible to radicalisation.",
                    (
                        Act(
                            "Point the council's web page to the county's new referral page.",
                            letter="a",
                            dates=(by(45),),
                            said=(Said(-47, "Waiting for the county's template.", GREEN),),
                        ),
                        Act(
                            "Review the safeguarding policy so that the pathway in it is the present one.",
                            letter="b",
                            dates=(by(-66),),
                            said=(Said(-71, "Reviewed and agreed.", BLUE),),
                        ),
                        Act(
                            "Give front-desk staff and housing officers a card with three steps.",
                            letter="c",
                            dates=(by(-21),),
                            said=(Said(-19, "Card designed; printing held up by a change of address.", AMBER),),
                        ),
                    ),
                    lead="safeguarding",
                    owners=("contact",),
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
                    "5",
                    "The district supports the county's Channel panel.",
                    (
                        Act(
                            "Name a housing and a safeguarding representative with deputies, trained before they "
                            "attend.",
                            said=(Said(-105, "Named and trained.", BLUE),),
                            dates=(by(-100),),
                        ),
                    ),
                    lead="safeguarding",
                    benchmarks=(5,),
                ),
            ),
            notes=(Note("No information about people is held in this plan."),),
        ),
        Part(
            ref="6",
            title="Training",
            benchmark=6,
            rows=(
                Row(
                    "6",
                    "Staff, contractors and members are trained according to their role.",
                    (
                        Act(
                            "Keep the training matrix up to date and report gaps to heads of service.",
                            letter="a",
                            said=(Said(-44, "Matrix complete for six of seven services.", GREEN),),
                        ),
                        Act(
                            "Train frontline staff, those of contractors included, face to face.",
                            letter="b",
                            dates=(month(4),),
                            said=(Said(-30, "One session; 18 people.", GREEN),),
                            outcome="Number of staff trained.",
                        ),
                        Act(
                            "Train all members in the year after an election, and newcomers within three months.",
                            letter="c",
                            dates=(conditional("After each election"),),
                            outcome="Number of members trained.",
                        ),
                        Act(
                            "Enrol all starters on the awareness module in their first month.",
                            letter="d",
                            dates=(starting(-200),),
                            said=(Said(-40, "In place.", GREEN),),
                            outcome="100% of starters.",
                        ),
                    ),
                    lead="hr",
                    owners=("manager",),
                    dates=(ongoing("Ongoing – reviewed every quarter"),),
                    benchmarks=(6,),
                ),
            ),
        ),
        Part(
            ref="7",
            title="Reducing permissive environments",
            benchmark=7,
            introduction="In three parts: venue hire, information technology, and grants and contracts.",
            rows=(
                Row(
                    "7 (venues)",
                    "Venues in the district are not misused.",
                    (
                        Act(
                            "Adopt the county's venue hire policy.",
                            letter="a",
                            dates=(by(60),),
                            said=(Said(-20, "Waiting for the county's Cabinet.", GREEN),),
                        ),
                        Act(
                            "Send guidance to village halls, hotels and clubs.",
                            letter="b",
                            dates=(by(-53),),
                            said=(
                                Said(-80, "List of 48 venues made.", GREEN),
                                Said(-46, "Not sent: the officer was moved to another duty for six weeks.", RED),
                            ),
                        ),
                    ),
                    lead="estates",
                    owners=("licensing",),
                    benchmarks=(7,),
                ),
                Row(
                    "7 (IT)",
                    "Council systems cannot be used to reach unlawful material.",
                    (
                        Act(
                            "Test filtering once a year and report the result.",
                            letter="a",
                            dates=(yearly(1),),
                            said=(Said(-15, "Test booked.", GREEN),),
                        ),
                        Act(
                            "Renew the acceptable use policy.",
                            letter="b",
                            dates=(by(-140),),
                            rag=BLUE,
                            completed_days=-146,
                        ),
                    ),
                    lead="digital",
                    benchmarks=(7,),
                ),
                Row(
                    "7 (grants and contracts)",
                    "Money and contracts carry the duty.",
                    (Act("Use the standard clause in all new contracts.", dates=(ongoing(),), rag=GREEN),),
                    lead="finance",
                    benchmarks=(7,),
                ),
            ),
        ),
        Part(
            ref="8",
            title="Communications and engagement",
            benchmark=8,
            rows=(
                Row(
                    "8",
                    "Residents hear about Prevent from people they know.",
                    (
                        Act(
                            "Talk to parish clerks, youth clubs and sports clubs at their own meetings.",
                            letter="a",
                            said=(Said(-36, "Nine talks.", GREEN),),
                            dates=(ongoing(),),
                        ),
                        Act(
                            "Publish an article in the residents' magazine.",
                            letter="b",
                            dates=(numeric_month(1),),
                            rag=GREEN,
                        ),
                        Act(
                            "Ask residents in the yearly survey whether they would know where to turn.",
                            letter="c",
                            dates=(tbc(),),
                        ),
                    ),
                    lead="manager",
                    owners=("press",),
                    partners=("parishes",),
                    benchmarks=(8,),
                ),
            ),
        ),
    ),
)

BRACKENHYTHE = Council(
    slug="brackenhythe",
    people={
        "manager": person("Hollis Grange", "Community Safety Manager", account="coordinator@brackenhythe.example"),
        "safeguarding": person("Terry Aldgrove", "Designated Safeguarding Lead"),
        "contact": post("Customer Contact Team"),
        "hr": post("HR Business Partner"),
        "estates": post("Estates Surveyor"),
        "licensing": post("Licensing Officer"),
        "digital": post("IT Manager"),
        "finance": post("Section 151 Officer"),
        "press": post("Communications Assistant"),
        "county": body("Exampleshire County Council", slug="exampleshire"),
        "police": body("Exampleshire Police Prevent team", slug="exampleshire-police"),
        "parishes": body("Brackenhythe Parish Clerks' Forum"),
    },
    plans=(
        BRACKENHYTHE_CURRENT,
        PlanText(
            title="Brackenhythe Prevent duty action plan {years}",
            years_ago=2,
            state="closed",
            framework="duty-2018",
            agreed_by="Brackenhythe Cabinet member for safer communities",
            closed_days=40,
            state_note="Closed.",
            parts=(
                Part(
                    ref="7",
                    title="Training programme",
                    benchmark=7,
                    rows=(
                        Row(
                            "7",
                            "Staff are trained.",
                            (
                                Act(
                                    "Buy the e-learning.",
                                    letter="a",
                                    dates=(by(-300),),
                                    rag=BLUE,
                                    completed_days=-305,
                                ),
                                Act(
                                    "Train reception staff.",
                                    letter="b",
                                    dates=(by(-200),),
                                    said=(Said(-180, "All twelve trained.", BLUE),),
                                ),
                                Act(
                                    "Brief members.", letter="c", dates=(by(-60),), said=(Said(-40, "Not held.", RED),)
                                ),
                            ),
                            lead="hr",
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
                            "8",
                            "Policies are in place.",
                            (
                                Act(
                                    "Write an acceptable use policy.",
                                    letter="a",
                                    dates=(by(-220),),
                                    rag=BLUE,
                                    completed_days=-221,
                                ),
                                Act(
                                    "Write hire conditions.",
                                    letter="b",
                                    dates=(by(-120),),
                                    rag=BLUE,
                                    completed_days=-90,
                                ),
                            ),
                            lead="digital",
                            benchmarks=(8,),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


# Penmarrow: a small district that is only beginning

PENMARROW = Council(
    slug="penmarrow",
    people={
        "lead": person(
            "Dale Rushmore",
            "Environmental Health and Community Safety Manager",
            account="coordinator@penmarrow.example",
        ),
        "clerk": post("Executive Support"),
        "county": body("Exampleshire County Council", slug="exampleshire"),
    },
    plans=(
        PlanText(
            title="Penmarrow Prevent plan {years}",
            state="draft",
            aim="A plan of one page that is really carried out.",
            parts=(
                Part(
                    title="What we will do this year",
                    rows=(
                        Row(
                            "1",
                            "Somebody is responsible.",
                            (
                                Act(
                                    "Name a lead and tell the county.",
                                    lead="lead",
                                    dates=(by(-150),),
                                    rag=BLUE,
                                    completed_days=-155,
                                ),
                            ),
                            benchmarks=(1,),
                        ),
                        Row(
                            "2",
                            "We know our risks.",
                            (
                                Act(
                                    "Send the return for the county's risk assessment.",
                                    lead="lead",
                                    partners=("county",),
                                    dates=(by(-13),),
                                    said=(Said(-10, "Asked for two more weeks.", AMBER),),
                                ),
                            ),
                            benchmarks=(2,),
                        ),
                        Row(
                            "3",
                            "Staff know what to do.",
                            (
                                Act(
                                    "All 140 staff complete the awareness module.",
                                    owners=("clerk",),
                                    dates=(month(3),),
                                    rag=GREEN,
                                ),
                            ),
                            benchmarks=(6,),
                        ),
                        Row(
                            "4",
                            "The council chamber and two halls are hired out with care.",
                            (Act("Adopt the county's policy.", dates=(tbc(),)),),
                            benchmarks=(7,),
                        ),
                        Row(
                            "5",
                            "Residents can find help.",
                            (Act("Link to the county's page.", owners=("clerk",), dates=(by(45),)),),
                            benchmarks=(4, 8),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


# Stonewater Vale: a standing plan without a period, much of it statements

STONEWATER_VALE = Council(
    slug="stonewater-vale",
    people={
        "lead": person("Marley Quaife", "Partnerships Manager", account="coordinator@stonewater-vale.example"),
        "homes": body("Stonewater Homes"),
        "county": body("Exampleshire County Council", slug="exampleshire"),
        "services": post("Heads of service"),
        "web": post("Web Editor"),
        "hr": post("People Team"),
        "events": post("Events Officer"),
    },
    plans=(
        PlanText(
            title="Stonewater Vale standing Prevent action plan",
            has_period=False,
            agreed_days=-420,
            agreed_by="Stonewater Vale Community Safety Partnership",
            updated_days=-33,
            introduction="A standing plan, looked at twice a year. What the county does for all is not repeated here.",
            parts=(
                Part(
                    title="Governance",
                    rows=(
                        Row(
                            "1",
                            "We work with the county.",
                            (Act("Attend and report back.", lead="lead", dates=(ongoing(),), rag=GREEN),),
                            benchmarks=(1,),
                        ),
                        Row(
                            "2",
                            "Heads of service know their part.",
                            (
                                Act(
                                    "Go through the plan with each head of service once a year.",
                                    lead="lead",
                                    owners=("services",),
                                    dates=(recurring("Annually", 40),),
                                    said=(
                                        Said(-150, "Four of nine conversations.", GREEN),
                                        Said(-33, "Seven of nine.", GREEN),
                                    ),
                                ),
                            ),
                            benchmarks=(3,),
                        ),
                    ),
                    notes=(
                        Note("Risk assessment: part of the county's.", points_to=COUNTY_PLAN),
                        Note(
                            "The district has no Channel panel of its own and sends its housing partner to the "
                            "county's."
                        ),
                    ),
                ),
                Part(
                    title="Services",
                    rows=(
                        Row(
                            "3",
                            "Homes and neighbourhoods are safe.",
                            (
                                Act(
                                    "Agree with Stonewater Homes how its staff are trained and whom they call.",
                                    owners=("homes",),
                                    lead="lead",
                                    dates=(by(-34),),
                                    said=(
                                        Said(-60, "Draft agreement sent.", GREEN),
                                        Said(
                                            -32,
                                            "Signature waits for their new chief executive.",
                                            AMBER,
                                            "A formality is missing; training goes on.",
                                        ),
                                    ),
                                ),
                            ),
                            benchmarks=(4, 6),
                        ),
                        Row(
                            "4",
                            "Training is part of induction.",
                            (Act("Keep it so.", lead="hr", dates=(ongoing("On-going"),), rag=GREEN),),
                            benchmarks=(6,),
                        ),
                        Row(
                            "5",
                            "Public events are welcoming and safe.",
                            (
                                Act(
                                    "Add the booking guidance to the events toolkit.",
                                    lead="events",
                                    dates=(by(-125),),
                                    said=(Said(-128, "Added.", BLUE),),
                                ),
                            ),
                            benchmarks=(7,),
                        ),
                    ),
                ),
                Part(
                    title="Communication",
                    rows=(
                        Row(
                            "6",
                            "Information is easy to find.",
                            (
                                Act(
                                    "Renew the web page when the county's is ready.",
                                    lead="web",
                                    dates=(conditional("When the county's page is live"),),
                                ),
                            ),
                            benchmarks=(8,),
                        ),
                        Row(
                            "7",
                            "The plan is public.",
                            (Act("Publish it.", lead="web", dates=(by(22),), rag=GREEN),),
                            benchmarks=(8,),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
