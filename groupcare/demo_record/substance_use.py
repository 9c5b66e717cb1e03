"""The intensive outpatient group for substance use: a 42 CFR Part 2 programme of Linden Street."""

from datetime import time

from groupcare.demo_record.shapes import (
    Evening,
    Group,
    Person,
    Said,
    absent,
    excused,
    late,
    left_early,
)
from groupcare.demo_record.staff import CARLA, TOMAS

ANDRE = Person("gannet-6618", "Andre Baptiste")
TYRONE = Person("thrush-2094", "Tyrone Jefferson", preferred="Ty", aliases=("Tee",))
KEIKO = Person("swift-7753", "Keiko Sato")
ROSA = Person("robin-3381", "Rosa Delgado", aliases=("Rosita",))
LIAM = Person("fulmar-9046", "Liam Doyle")
FARID = Person("martin-1829", "Farid Haidari")
NICOLE = Person("wagtail-5502", "Nicole Bouchard", aliases=("Nikki",), first=4)

EVENINGS = (
    Evening(
        note="Opening of a new twelve-week block. Members wrote down their own goal and read it out if they wished. Abstinence, fewer days of use and keeping a job stood side by side without a quarrel. Plan: check in with these goals every second week.",
        said=(
            Said(
                "Andre",
                "My goal is one line: be at the school gate on Fridays with nothing on my breath. My daughter is seven and she smells everything.",
            ),
            Said(
                "Keiko",
                "I am a nurse, and I took tablets that were not mine. I have said that to a board, to a lawyer and to my husband. This is the first room where nobody writes while I say it.",
            ),
            Said(
                "Liam",
                "I tend bar, so please do not tell me to change the people I see. They pay my rent. I want to learn how to pour and not sniff.",
            ),
        ),
        marks=(late("Ty", 17, 40), excused("Rosa")),
    ),
    Evening(
        note="Topic: the hour before use, which each member drew as a line on paper. Boredom and payday turned up more often than conflict. Group spoke openly and teased a little; the teasing was kept friendly. Next: what fits into that hour instead.",
        said=(
            Said(
                "Farid",
                "For me it is four in the morning. I was an interpreter with the army, and that is when we left the base. I wake up ready to go, and there is nowhere to go but the kitchen.",
            ),
            Said(
                "Rosa",
                "I smoke after the boys are in bed, so I told myself it has nothing to do with them. My mother says they have learned to fall asleep fast.",
            ),
            Said(
                "Ty",
                "The clinic opens at six for the methadone, and I am on the scaffold at seven. People think that is the chaotic part of my life. That hour is the only one that is planned.",
                key="six-oclock",
            ),
            Said(
                "Andre",
                "Liam said payday and I felt my own hand go to my pocket. At the restaurant they hand out the envelopes at eleven at night, next to the open bar.",
                ("Liam",),
            ),
        ),
        marks=(left_early("Keiko"),),
    ),
    Evening(
        note="Psychoeducation on craving as a wave, with members' own examples in place of the handout. Two members found the picture childish and said so, which made the discussion better. Homework: time one craving with a watch.",
        said=(
            Said(
                "Liam",
                "I timed mine. Twenty-two minutes, I had promised myself it would be the whole night. I polished every glass behind the counter, and some of them twice.",
            ),
            Said(
                "Keiko",
                "She told us that at the hospital she still knows exactly in which drawer it was. She counts steps past that ward the way other people count stairs.",
            ),
            Said(
                "Farid",
                "When Ty laughed about the wave I was glad, because I have seen the sea only from a boat I did not want to be in, and I did not wish to explain it.",
                ("Ty",),
            ),
        ),
        marks=(absent("Andre"), late("Rosa", 17, 50)),
    ),
    Evening(
        note="A new member joined. The group repeated the rules about what stays in this room, and a member explained the federal confidentiality rule in her own words, correctly. Topic: telling an employer, or not. Opinions differed and were left standing.",
        said=(
            Said(
                "Nicole",
                "I was up for days at a time for most of two years, and I still clean at three in the morning. I have enrolled in two courses at the college. I am more afraid of the campus than I was of any dealer.",
            ),
            Said(
                "Ty",
                "Keiko said the rule better than the paper on the wall does. My probation officer thinks he can just ring here, and now I know the sentence to say.",
                ("Keiko",),
            ),
            Said(
                "Rosa",
                "I told my supervisor at the laundry that I go to a class on Thursdays. She asked of what, and I said, of Thursdays.",
            ),
            Said(
                "Andre",
                "I missed last week since I was ashamed of the Friday before. I was at the gate, sober, and forty minutes late.",
            ),
        ),
        marks=(),
    ),
    Evening(
        note="Check-in with goals. Three members had kept theirs, three had changed them downwards and felt better, one did not want to say. The group discussed whether a smaller goal is a defeat. Plan: each member names one person who knows the goal.",
        said=(
            Said(
                "Farid",
                "I have gone from every night to the weekends. My wife put the calendar on the refrigerator and then she took it down again, because our son asked what the crosses are.",
            ),
            Said(
                "Nicole",
                "There is a woman in my statistics class who shares her notes with me. I have not told her anything. I like how it is to be somebody who has merely missed a lecture.",
            ),
            Said(
                "Liam",
                "I know what day it is for Andre on Fridays, so I sent him a message at two o'clock, just the word gate. He sent back a picture of the fence.",
                ("Andre",),
            ),
            Said(
                "Keiko",
                "The monitoring programme calls my number at random, and then I have until evening to give a sample. My whole week hangs on a telephone. I have begun to sleep with it under the pillow.",
            ),
        ),
        marks=(excused("Ty"), late("Nicole", 17, 45)),
    ),
    Evening(
        note="A member reported a return to use and came the next day, which the group had agreed to count as a strength. The evening followed the chain of events without blame. Others recognised several links. Safety, supply and medical contact were gone through with him individually.",
        said=(
            Said(
                "Liam",
                "I used on Saturday after eleven weeks. A customer left it in a fold of a banknote as a tip. I knew what it was by the weight, and I put it in my shirt as if it were mine already.",
                key="banknote",
            ),
            Said(
                "Rosa",
                "My eldest asked why I do not go out to the balcony any more in the evening. I said I had gone off the view. He said, good, it was a bad view.",
            ),
            Said(
                "Andre",
                "I want Liam to know that I did not think less of him. I thought: he has come in on a Thursday with that, and I stayed away for less.",
                ("Liam",),
                key="stayed-away",
            ),
            Said(
                "Nicole",
                "I recognised the part about the weight in the shirt pocket. I had to go out to the corridor, and Rosa came along without asking me if she should.",
                ("Rosa",),
            ),
        ),
        marks=(late("Farid", 17, 42), absent("Keiko")),
    ),
    Evening(
        note="Topic: medication as treatment and the shame that is put on it. One member corrected another's remark about not being really clean, and there was an apology that seemed to hold. The leaders gave the medical facts briefly. Plan: invite questions for the prescribing doctor.",
        said=(
            Said(
                "Ty",
                "When somebody calls methadone a crutch, I say yes, and I have a broken leg. My foreman has seen me every day at seven for eight months. He does not know what he is looking at.",
            ),
            Said(
                "Keiko",
                "I was the one who said really clean, and I was looking at Ty when I said it. I have to pass a test every week to be believed, and I wanted to be better at something than somebody.",
                ("Ty",),
                key="really-clean",
            ),
            Said(
                "Farid",
                "The doctor gave me something for the nightmares which is not for drinking and not against it. I have slept until six twice. I did not know what to do with the light.",
            ),
        ),
        marks=(excused("Nicole"), left_early("Liam")),
    ),
    Evening(
        note="Work on refusing: members played the bar, the car park and the cousin's wedding with one another. Much laughter. The best refusals were short and gave no reasons. The group noticed how tiring it is to be looked at while saying no.",
        said=(
            Said(
                "Liam",
                "I have asked for the lunch shift. Half the tips, and the customers are in a hurry. On the first day a man left me a coffee voucher, and I nearly framed it.",
            ),
            Said(
                "Rosa",
                "My cousin's wedding was on Saturday. I danced with both my boys and drank the lemonade out of a champagne glass, and at midnight I was tired instead of sorry.",
            ),
            Said(
                "Nicole",
                "Farid played my old friend in the car park, and he was so polite that I could not get rid of him. I had to laugh, and then I had to sit down, since it is exactly like that.",
                ("Farid",),
            ),
            Said(
                "Andre",
                "The judge has moved the review to next month. My lawyer says to bring letters. I have never asked anybody for a letter that was not about money.",
            ),
        ),
        marks=(late("Keiko", 17, 38),),
    ),
    Evening(
        note="Topic: families who have waited. Some had received letters from relatives, some had written one and kept it. The mood was heavy at times, and the pauses were used. Plan: an evening with information for relatives, without any member's particulars.",
        said=(
            Said(
                "Farid",
                "My son has drawn our family, and he has drawn me sitting up in bed. I asked why not lying down. He said, so that Mother does not have to look.",
            ),
            Said(
                "Andre",
                "He told the group that his daughter has a new word for him, which is Friday-Papa, and that he cannot tell whether it is a name or an accusation.",
            ),
            Said(
                "Keiko",
                "Rosa asked my husband in the waiting room whether he would like a coffee. It is a year since anybody asked him what he would like, and he talked about it all the way home.",
                ("Rosa",),
            ),
            Said(
                "Ty",
                "He had the envelope from his sister with him, and he asked me to hold it while he told us. So I held it. Farid has a heavy hand with an envelope, for such a thin man.",
                ("Farid",),
            ),
        ),
        marks=(excused("Liam"), late("Nicole", 17, 55)),
    ),
    Evening(
        note="Check-in with goals for the fourth time; all goals are now shorter and clearer than in the first week. Topic: being believed. Several members live with tests and reports, and the anger about it had room. Plan: distinguish what is watched from what is earned.",
        said=(
            Said(
                "Keiko",
                "The board has moved me from weekly to monthly. I have waited for that letter for a year, and when it came I cleaned the oven. I think I do not trust the post.",
                key="monthly",
            ),
            Said(
                "Ty",
                "My officer has asked the programme in writing how I am getting on. I would like to be asked first, and I would like to hear it in this room and not from a form.",
                key="in-writing",
            ),
            Said(
                "Nicole",
                "I got a B in statistics. I told Keiko before I told my mother, because Keiko asked me how it is calculated.",
                ("Keiko",),
            ),
            Said(
                "Rosa",
                "Sixty days. The boys made a chain out of paper, and we cut one ring off each evening, and now we have begun to hang them up again behind us like flags.",
                key="paper-chain",
            ),
        ),
        marks=(absent("Farid"), late("Liam", 17, 48)),
        progress={
            "Andre": "Attended throughout, spoke little and seemed preoccupied with the coming court date. He reports no use since the last session. Plan: help him to decide whom he asks for a letter of support.",
            "Ty": "He spoke firmly about being asked before information about him is given, and knows the rules of the programme. Stable on his medication, at work each day. Plan: discuss his probation officer's request with him alone before anything is answered.",
            "Keiko": "She reported that her monitoring was eased and described mistrust where she had expected relief. Works without access to controlled drugs. Plan: look at what she does with good news.",
            "Rosa": "Reports sixty days without cannabis or alcohol, counted together with her children. Warm and attentive to others. Plan: strengthen the evening routine; name a person for difficult weekends.",
            "Liam": "Came eighteen minutes late from the lunch shift and said so. No use reported since the return to use in week six. Plan: review the plan for paydays with him.",
            "Nicole": "She passed an examination and told the group with visible pleasure. Sleep still short; no stimulant use by her report. Plan: sleep diary for two weeks, and a talk with the campus service if she wishes.",
        },
    ),
    Evening(
        note="Topic: plans for the weeks with holidays in them. Members wrote an hour-by-hour plan for the one day they fear most. The work was quiet and serious. One plan was read aloud and improved by the others, who were generous with what has worked for them.",
        said=(
            Said(
                "Liam",
                "I wrote down nine hours for the holiday at my uncle's. When Ty read it he crossed out three of them and put his own address. He lives over a bakery, and it opens at five.",
                ("Ty",),
            ),
            Said(
                "Farid",
                "Last week I did not come because I had drunk on the Wednesday. I stayed in the car across the street until I saw you all come out. You looked like people after a film.",
            ),
            Said(
                "Andre",
                "I have asked the head cook for a letter for the court. He wrote: comes on time, does not touch the wine. I keep it in a plastic sleeve, as they do with menus.",
            ),
            Said(
                "Rosa",
                "My mother took the boys for the weekend so that I could rest, and I did not rest, I stood at the balcony door. I rang Nicole and we talked about detergents for an hour.",
                ("Nicole",),
                key="balcony-door",
            ),
        ),
        marks=(excused("Keiko"),),
        progress={
            "Andre": "He obtained a letter from his employer and was moved by its wording. Abstinent by his own report, and punctual for every visit with his daughter. Plan: prepare for the review, including an outcome that he does not want.",
            "Ty": "Active and helpful with the plans of others, offered practical support within clear limits. No use reported; dosing is regular. Plan: make sure that his help for others does not replace his own plan.",
            "Rosa": "Described a strong craving on a weekend alone and how she got through it by telephone. She did not use. Plan: keep two names on the list and ring before the balcony door, not after.",
            "Liam": "He made a detailed plan for a family holiday and accepted changes to it. Honest about which hours are the risky ones. Plan: check on the plan by telephone on the day, as agreed.",
            "Farid": "Disclosed drinking on one evening and that he avoided the session because of it. Ashamed, no withdrawal signs; he accepted the nurse's check. Plan: see him individually this week, review the sleep medication with the prescriber.",
            "Nicole": "She was asked for help by a peer and found that she could give it. Slept five hours on most nights. Plan: continue the diary; plan the week after the examinations, which she expects to be empty.",
        },
    ),
    Evening(
        note="Last but one evening before the block is reviewed. The group looked at the goals from the first week, which the leaders had kept, and laughed kindly at some of them. Theme: what one would tell the person who wrote that. Next week: individual reviews and a second block.",
        said=(
            Said(
                "Andre",
                "The court has given me every second weekend, with a night. I bought a toothbrush with a rabbit on it, and then I walked round the block twice so that I would not celebrate.",
                key="toothbrush",
            ),
            Said(
                "Keiko",
                "I read my goal from the first evening. It said: get my licence back. I would write now: be somebody from whom nobody has to lock the drawer.",
            ),
            Said(
                "Farid",
                "Eight nights. I tell Andre in the morning, he is up anyway for the fish delivery. He answers with a fish, no words. It is the best part of my telephone.",
                ("Andre",),
                key="eight-nights",
            ),
            Said(
                "Ty",
                "My officer asked again if I am doing well, and I told him to ask me. So he asked me. We stood by his car for half an hour, and he told me about his brother.",
            ),
            Said(
                "Nicole",
                "I have registered for the spring. When Liam heard it he stood up and poured me a sparkling water with a slice of lemon, as though I were a guest with money.",
                ("Liam",),
            ),
        ),
        marks=(late("Rosa", 17, 44),),
        progress={
            "Andre": "He received extended contact with his daughter and named the risk in celebrating it. Tearful and proud. Plan: go through the first overnight visit hour by hour; support meeting on the Saturday.",
            "Ty": "Handled a request from the justice system by himself, calmly and in line with his wishes. No use reported for eight months. Plan: review of the treatment plan next week; he wants to keep the Thursday group.",
            "Keiko": "She revised her goal from a formal to a personal one and took time to find the words. Participation was thoughtful throughout. Plan: second block; link with a peer group for health professionals.",
            "Rosa": "Late because of childcare, settled quickly. Seventy-four days by her count, and she did not need to be asked. Plan: review next week together with her own notes.",
            "Liam": "Cheerful, perhaps a little too quick to make others comfortable. He reports no use for six weeks and keeps the lunch shift. Plan: ask about his own holiday plan in the review.",
            "Farid": "Reports eight nights without alcohol and daily contact with a peer in the morning. Sleep is improving with the new medication. Plan: continue; repeat the blood tests with his doctor.",
            "Nicole": "She has registered for another term and received recognition without deflecting it. Sleep diary shows six hours on average. Plan: relapse plan for the weeks between terms.",
        },
    ),
)

THURSDAY = Group(
    name="Thursday recovery group",
    modality="iop",
    record_class="sud_counseling",
    weekday=3,
    starts=time(17, 30),
    ends=time(19, 0),
    leaders=(TOMAS, CARLA),
    members=(ANDRE, TYRONE, KEIKO, ROSA, LIAM, FARID, NICOLE),
    evenings=EVENINGS,
)
