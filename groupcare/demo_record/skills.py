"""The skills training group of Linden Street Practice: learning to bear it, and to say it."""

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
from groupcare.demo_record.staff import JOEL, RUTH

WILL = Person("heron-7340", "William Tanaka", preferred="Will", aliases=("Bill",))
AISHA = Person("linnet-6612", "Aisha Diallo")
LUCA = Person("plover-2258", "Luca Moretti", aliases=("Lu",))
BEATRIZ = Person("siskin-8907", "Beatriz Carvalho", aliases=("Bia",))
HANK = Person("dipper-4173", "Henryk Kowalczyk", preferred="Hank")
THANDI = Person("avocet-3036", "Thandi Mokoena")

EVENINGS = (
    Evening(
        note="First evening of the module. The leaders explained the frame: practise first, talk afterwards. Each member named one situation in which they would like to have ten seconds more. Homework: notice one urge and its strength from nought to ten.",
        said=(
            Said(
                "Will",
                "I test software, so I find the fault in everything before lunch. On Monday I found the fault in my girlfriend's soup, in front of her parents, with a severity level.",
            ),
            Said(
                "Luca",
                "In the maths exam I wrote my name and then I heard my pulse in the pencil. I handed in my name. It was spelled correctly.",
            ),
            Said(
                "Hank",
                "Nineteen years I drive a bus. In May I got out at a red light and shouted at a taxi, with thirty people on board. They have put me in the depot since then, where I hand out keys.",
                key="depot",
            ),
        ),
        marks=(late("Thandi", 16, 15),),
    ),
    Evening(
        note="Skill: naming an emotion with more than one word. Members who began with 'fine' and 'angry' found eleven other words together. Good humour and honest work. Homework: send yourself one message a day with the exact word.",
        said=(
            Said(
                "Aisha",
                "My word was 'behind'. Joel said it is not an emotion, and I said that it is the only one I have had since nursing school began.",
            ),
            Said(
                "Beatriz",
                "I bought two winter coats on the day the divorce was final. I do not wear them. I only needed a person in a shop to be glad that I had come in.",
            ),
            Said(
                "Thandi",
                "Mine was 'left over'. I eat quickly when everybody has finished, standing up, and it is over before I have noticed that I was sad.",
            ),
            Said(
                "Will",
                "When Luca described the pencil, my own ears began to ring. I had the same at his age, and I turned it into being top of the class, which looks better and feels alike.",
                ("Luca",),
            ),
        ),
        marks=(excused("Hank"),),
    ),
    Evening(
        note="Skill: pausing. The group tried four ways to gain ten seconds and voted for none of them, since each worked for somebody. One pair left their role play unfinished, and that was discussed as a success. Homework: one pause a day, however short.",
        said=(
            Said(
                "Hank",
                "A colleague threw the keys on my counter. I picked them up one by one and hung them in order, and when I had finished he said sorry to my back. I did not know that you can be fast by being slow.",
            ),
            Said(
                "Luca",
                "I do the cold water thing in the school toilet. Someone asked if I was being sick. I said no, it is homework, and it sort of was.",
            ),
            Said(
                "Thandi",
                "I cannot pause before I eat, but I have managed to sit down for it. On Tuesday I laid a place with a napkin for a packet of crackers, and Aisha was the only one who did not smile when I said so.",
                ("Aisha",),
            ),
        ),
        marks=(absent("Beatriz"),),
    ),
    Evening(
        note="Skill: checking the facts. Members brought a situation and the others asked only what a camera would have seen. Hard for the quick thinkers, a relief for the worriers. Homework: one situation in two columns, seen and added.",
        said=(
            Said(
                "Beatriz",
                "Seen: he did not greet me in the bakery. Added: he tells everyone in town I am ruined. When it was on paper in two columns, the second was eleven lines longer.",
            ),
            Said(
                "Will",
                "The camera has seen that she moved her chair. I had added that she is leaving me. She says that the sun was in her eyes, and I have checked with a compass, and it was.",
            ),
            Said(
                "Aisha",
                "Hank asked me what the camera saw when I failed the practical. It saw me ask for help twice. I had remembered it as the day I could do nothing.",
                ("Hank",),
                key="practical",
            ),
        ),
        marks=(late("Luca", 16, 10), left_early("Thandi")),
    ),
    Evening(
        note="Skill: doing the opposite of what shame suggests. Members chose very small opposites, such as leaving the camera on or walking through the front door. Somebody wept, and the group went on working around him without a fuss, as he had asked. Homework: one opposite.",
        said=(
            Said(
                "Luca",
                "I told the school counsellor why I miss Thursdays. I thought she would ring my parents. She asked if I would like a desk by the door in the exams, and that was all.",
                key="counsellor",
            ),
            Said(
                "Thandi",
                "My opposite was to eat lunch with the others at work. I talked so much that I forgot to be afraid of my fork. Afterwards I was shaking, but in a good lift, going up.",
            ),
            Said(
                "Hank",
                "I was not ashamed of crying here last time. I was ashamed that Will passed me the tissues as you hand a man a tool, quite naturally, and I had never done that for my own son.",
                ("Will",),
            ),
        ),
        marks=(excused("Aisha"),),
    ),
    Evening(
        note="Half-time of the module. Members rated what they use: the pause came first, the two columns second. Two said openly that nothing has helped yet and were thanked for it. Plan: an individual check with both before next week.",
        said=(
            Said(
                "Aisha",
                "Nothing works when I am on the ward at night. I have all the skills on a card, and I stand in the linen room and read the card as if it were in another language.",
            ),
            Said(
                "Beatriz",
                "I have taken one of the coats back. The young man asked for the reason, and I said, it was not me who bought it. He wrote down: wrong size.",
            ),
            Said(
                "Will",
                "I get more angry since I count my anger. It is like with bugs, as soon as somebody looks, there are more of them. Thandi said then perhaps they were there before, and I was angry about that too.",
                ("Thandi",),
            ),
            Said(
                "Luca",
                "I asked Hank how he gets out of bed for the depot, and he said the first foot is the supervisor. I have said that to my foot every morning this week.",
                ("Hank",),
            ),
        ),
        marks=(),
    ),
    Evening(
        note="Skill: asking for something clearly and surviving the no. Role plays in threes, with one observer who reported only what they had heard. Asking was harder than refusing for nearly everybody. Homework: one request, with a sentence shorter than twelve words.",
        said=(
            Said(
                "Hank",
                "I rang the company and asked to be tested for the road again. Nine words. I had written them on the back of a timetable, and I kept my thumb under each one.",
            ),
            Said(
                "Thandi",
                "I asked my sister not to talk about my plate. She was offended for two days, and on the third she sent a picture of a plate that had nothing on it but a flower.",
            ),
            Said(
                "Aisha",
                "In our three I was meant to ask Beatriz for her notes. I apologised four times before the question. She said, I would have said yes at the door.",
                ("Beatriz",),
            ),
        ),
        marks=(absent("Luca"), late("Will", 16, 20)),
    ),
    Evening(
        note="Skill: saying no without a speech. The group collected the speeches they usually give and read them out as a chorus, which caused a good deal of laughter and then some grief. Homework: one no, unexplained.",
        said=(
            Said(
                "Will",
                "My boss asked for the release on Sunday. I said no, and then I held on to the edge of the desk for the part where I usually explain. He said all right. I have been waiting for the other shoe since Wednesday.",
            ),
            Said(
                "Beatriz",
                "She said no when her former husband asked for the dining table. It is ugly, she told the group, and she wants to be the one who gives it away.",
            ),
            Said(
                "Luca",
                "Last week I was at the exam they let me sit again. I got out of the house, out of the bus and into the room, and I stayed for all of it. I do not know if I passed and for once it is not the point.",
                key="sat-again",
            ),
            Said(
                "Thandi",
                "I watched Beatriz say no in the role play with her hands folded, and I went home and folded mine on the kitchen table until the wish to eat the rest had gone by.",
                ("Beatriz",),
            ),
        ),
        marks=(excused("Hank"),),
    ),
    Evening(
        note="Skill: caring for the body first; sleep, food, movement and medicines were gone through like a pilot's list. Members were frank about what they leave out on bad days. One asked for a meeting with the psychiatrist and got the telephone number. Homework: tick the list every evening.",
        said=(
            Said(
                "Aisha",
                "On nights I live on vending machines and then wonder why I weep at four. Thandi has drawn me a list of things that can be eaten with one hand in a linen room.",
                ("Thandi",),
                key="linen-room",
            ),
            Said(
                "Hank",
                "The driving test is on the twentieth. I sleep well, I eat, I walk to the depot. My wife says I hum, and I did not know that I had stopped.",
            ),
            Said(
                "Luca",
                "He reported that he passed, with fifty-eight out of a hundred where fifty were needed. His mother framed the paper, and he told her that she could have framed him and saved on glass.",
            ),
        ),
        marks=(late("Beatriz", 16, 8),),
    ),
    Evening(
        note="Skill: coping ahead. Each member described a difficult hour that is certain to come and rehearsed it with the others, from the shoes on. The hall was used as a ward, an exam room and a bus, and the work was lively and precise. Homework: live through it once with eyes closed.",
        said=(
            Said(
                "Will",
                "I rehearsed telling her that I would like to move in. I had eleven slides. Hank took the remote out of my hand and said, now without electricity.",
                ("Hank",),
            ),
            Said(
                "Beatriz",
                "My difficult hour is the sale before the holidays. I am going to leave the card at home and take my mother, who disapproves of everything and is therefore very good for me.",
            ),
            Said(
                "Aisha",
                "I practised the practical with Luca as my patient. He complained so well that I forgot I was being examined, and I even told him to lie down properly.",
                ("Luca",),
            ),
        ),
        marks=(absent("Thandi"),),
        progress={
            "Will": "He rehearsed an important conversation and could let himself be interrupted by a peer. Irritation rated at three, down from six at half-time. Plan: try the conversation without notes and report what happened.",
            "Aisha": "She took part in a realistic rehearsal of her examination and was firm and warm in it. Self-criticism returned only in the feedback round. Plan: write down two sentences of feedback verbatim and read them before the test.",
            "Luca": "Lively, played his part with humour and held back when the work was about somebody else. School attendance has been complete for two weeks. Plan: cope ahead for the oral examination.",
            "Beatriz": "Prepared in detail for a time of year that has led to overspending. She involves a relative by her own choice. Plan: agree on a limit in writing, and a call on the first day of the sale.",
            "Hank": "He gave direct and friendly feedback and waited for his turn. Has slept well since the date of the driving test was fixed. Plan: rehearse a provocation in traffic next time.",
        },
    ),
    Evening(
        note="Skill: staying beside somebody who is upset. Members practised listening with nothing to offer, which most called the hardest exercise so far. Two pairs continued in the corridor after the end. Homework: listen for five minutes to one person, without advice.",
        said=(
            Said(
                "Hank",
                "I passed, and I drive again from Monday, the eleven first, it has few taxis. I told my son before the union. He was quiet, and I did not fill it.",
                key="drive-again",
            ),
            Said(
                "Thandi",
                "Last week I was at home with the curtains drawn after a bad night with food. I do not need a skill for that today. I would like you to know it, and then I would like the exercise.",
            ),
            Said(
                "Luca",
                "When Thandi said that about the curtains, I wanted to make a joke so badly that my leg moved. I left the leg where it was. It is my first silence on purpose.",
                ("Thandi",),
            ),
            Said(
                "Will",
                "I asked her, without electricity. She said that she would like that, and also not before spring. I heard the second half as a no for about a day, and then I got out the two columns.",
            ),
        ),
        marks=(late("Aisha", 16, 25),),
        progress={
            "Will": "He had the conversation he had prepared and reported it soberly, including his first misreading. He used checking the facts without a reminder. Plan: notice how long the anger lasts, in minutes.",
            "Aisha": "Arrived late after a night shift and was tired but attentive. She listened well and gave no advice in the exercise. Plan: bring the card from the ward and rewrite it in her own words.",
            "Luca": "Able to bear a serious moment without breaking it, and he noticed this himself. No panic since the second examination. Plan: use the same skill in one conversation at home.",
            "Beatriz": "She listened to a partner for the full five minutes and described the pull to console. No purchases beyond the agreed limit. Plan: continue; ask about the table she wishes to give away.",
            "Hank": "He returns to driving duty on Monday and told his family first. Proud without boasting; says that he fears the first red light. Plan: a short plan for that light, in his pocket.",
            "Thandi": "Spoke openly about a difficult night and set a clear limit on how it should be handled. Ate lunch on each working day. Plan: see the dietician, and keep to the seat and the napkin when alone.",
        },
    ),
    Evening(
        note="Review of the module. Members named the skill they would give to a friend and the one they still dislike. The group decided to go on together for a second module and wished for more practice in pairs. Plan: individual goals by next week.",
        said=(
            Said(
                "Aisha",
                "I passed the practical. The examiner said that I speak to patients as though I had time, and I went to the linen room and read that to myself in place of the card.",
            ),
            Said(
                "Beatriz",
                "The sale has begun, and I have bought a lamp. One lamp, on a list, with my mother. When I switch it on, I look as if somebody were expecting me.",
            ),
            Said(
                "Hank",
                "At the first red light a taxi cut in. I said good morning to him, aloud, with the doors closed. An old lady behind me said good morning too.",
            ),
            Said(
                "Thandi",
                "I would give the folded hands to a friend, and I have them from Beatriz. The one I still dislike is the body list, because it is right every single time.",
                ("Beatriz",),
            ),
            Said(
                "Will",
                "Aisha read my columns and found the fault in them within a minute. I had left out a line for what I hope. She said it very kindly, and I have added the line.",
                ("Aisha",),
            ),
        ),
        marks=(excused("Luca"),),
        progress={
            "Will": "He received criticism of his work from a peer and used it at once. Anger lasts minutes and no longer evenings, by his own record. Plan: second module, with a goal about hope that he wants to word himself.",
            "Aisha": "She passed her practical examination and could repeat the praise word for word. Mood brighter; sleep on night duty is still poor. Plan: second module; sleep as the first topic.",
            "Beatriz": "Managed the first days of the sale within the agreed limit and with company. She described her home with affection for the first time. Plan: second module, goals around evenings alone.",
            "Hank": "He told of his first week back on the road with humour and precision. No outburst since the start of the group. Plan: second module, focus on conversations with his son.",
            "Thandi": "She named what she has learned from others and what she still avoids. Meals regular on weekdays, uncertain on weekends. Plan: second module, together with the dietician's plan.",
        },
    ),
)

WEDNESDAY = Group(
    name="Wednesday skills group",
    modality="skills",
    record_class="psychotherapy",
    weekday=2,
    starts=time(16, 0),
    ends=time(17, 30),
    leaders=(JOEL, RUTH),
    members=(WILL, AISHA, LUCA, BEATRIZ, HANK, THANDI),
    evenings=EVENINGS,
)
