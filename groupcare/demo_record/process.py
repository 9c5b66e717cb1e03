"""The Tuesday evening group of Linden Street Practice: people and how they are with one another."""

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
from groupcare.demo_record.staff import RUTH, TOMAS

MAYA = Person("linnet-3097", "Maya Lindqvist")
JONAS = Person("plover-8846", "Jonas Weber")
PRIYA = Person("siskin-1574", "Priya Raman")
SAM = Person("dipper-6230", "Sam Whitlock", aliases=("Sammy",))
ELENA = Person("avocet-9918", "Elena Petrova", aliases=("Lena",))
DANIEL = Person("redwing-4405", "Daniel Okafor", first=11, signs=False)
MARGOT = Person("bunting-5127", "Marguerite Duval", preferred="Margot", aliases=("Mags",), last=9)

EVENINGS = (
    Evening(
        note="First evening after the break. The group spoke about arriving and about how much one shows at the door. Much politeness, little contradiction. Next time: ask what each person left outside.",
        said=(
            Said(
                "Maya",
                "Every Sunday evening I iron a blouse for the office, and on Monday morning I hang it back in the cupboard. I have done that since the accident.",
            ),
            Said(
                "Jonas",
                "My brother has slept on my sofa since June. At work I say that I have a visitor, because a visitor is somebody who goes home again.",
            ),
            Said(
                "Margot",
                "I led assemblies of four hundred children, and tonight I could not think of one sentence to say on my way in from the bus stop.",
            ),
            Said(
                "Priya",
                "Margot laid her coat over the chair beside her as if she were keeping it for somebody. I wanted to ask if it was for me, and then I sat by the door.",
                ("Margot",),
            ),
        ),
        marks=(late("Sam", 18, 10),),
    ),
    Evening(
        note="Theme: being useful as a way not to be seen. One member noticed that she pours the water for everybody, and others recognised themselves. The silence after it lasted longer than the group is used to, and nobody broke it. Stay with silence.",
        said=(
            Said(
                "Elena",
                "I translated for a family in court on Friday and cried in the car park. In the room I never cry. I am so good at saying other people's sentences that I lose the thread of my own.",
            ),
            Said(
                "Sam",
                "I came late last week because I had driven round the block four times. I told you it was the parking, and I would like to take that back.",
            ),
            Said(
                "Maya",
                "He does not mean it badly, but when Jonas says that at least nobody died in my accident, I feel that I am not allowed to be frightened.",
                ("Jonas",),
            ),
            Said(
                "Margot",
                "My daughter has asked me to come and live near her. I said I would think about it in the voice I used to keep for parents I was about to refuse.",
            ),
        ),
        marks=(excused("Priya"),),
    ),
    Evening(
        note="The group returned to a remark that had hurt, and to the apology that came before anybody asked for one. Several members said that they apologise to end a conversation. Plan: look at what an apology is meant to close.",
        said=(
            Said(
                "Jonas",
                "I thought all week about what I said to Maya. In our house 'at least' was how you comforted somebody, and I had never heard that it shuts a door.",
                ("Maya",),
            ),
            Said(
                "Priya",
                "I am a pharmacist. People tell me about their rashes and their bowels all day, and then I come home and nobody has asked me anything that needs an answer.",
            ),
            Said(
                "Elena",
                "My mother rang from Varna and asked who I was. Afterwards she said that I had a kind voice for a stranger, and I thanked her.",
            ),
        ),
        marks=(absent("Sam"), left_early("Margot")),
    ),
    Evening(
        note="An empty chair was talked about for a long time before anybody said that they were angry with the person who should have sat in it. The leaders named the wish to protect those who stay away. Plan: welcome back without an interrogation.",
        said=(
            Said(
                "Maya",
                "My manager wrote that there is no hurry, with a smiley. I read it eleven times. I think I want somebody to hurry me a little.",
                key="no-hurry",
            ),
            Said(
                "Margot",
                "He told us nothing about last week, so I will say it: I was cross with Sam for staying away, and then ashamed, as if I had marked his absence in a register.",
                ("Sam",),
            ),
            Said(
                "Sam",
                "He told the group that he had not rung because he would have had to sound well on the telephone, and that he can do that for about two minutes.",
            ),
            Said(
                "Jonas",
                "My brother cooked on Thursday. He used every pan and it was very good, and I went out on the balcony because I did not know what to do with my face.",
            ),
        ),
        marks=(late("Priya", 18, 25),),
    ),
    Evening(
        note="Theme: what is owed to brothers, sisters and parents. The older and the younger members took different sides at first and then noticed that they were speaking to people who were not in the room. Work on telling these apart.",
        said=(
            Said(
                "Priya",
                "My brother and I stopped speaking over our grandmother's flat. I can recite the whole quarrel, but I could not tell you what his children are called.",
            ),
            Said(
                "Elena",
                "For three weeks I have brought the biscuits and nobody has noticed that I do not eat any. I am saying it now, so that I do not go on waiting for it.",
            ),
            Said(
                "Jonas",
                "Priya went quiet when I said that you cannot put family on the street. I think I was preaching to her so that I would not hear myself.",
                ("Priya",),
            ),
            Said(
                "Margot",
                "She described a flat near her daughter's, with a gas cooker and a view of a car park. She said that she has thought of the car park with real affection ever since.",
            ),
        ),
        marks=(excused("Maya"),),
    ),
    Evening(
        note="A hard evening: one member arrived after drinking, said so when asked, and stayed. The group was frightened, then careful, then frank. He was seen for a few minutes after the session, and a way home was arranged. Begin next week with this evening and with nothing else.",
        said=(
            Said(
                "Sam",
                "I had three glasses before I came, and I thought that you would not be able to tell. It is worse that you could tell and passed me the water.",
                key="three-glasses",
            ),
            Said(
                "Maya",
                "When I smelled it on Sam I was back on the verge of that road, with the other driver saying sorry, sorry. I am not angry with him. I needed to move my chair, and I moved it.",
                ("Sam",),
            ),
            Said(
                "Elena",
                "I wanted to take over at once and make it all right for everybody. I held on to my own wrists so that I would stay in my seat.",
            ),
            Said(
                "Priya",
                "Nobody here shouted. In my family somebody would have shouted by now, and I kept listening for it like for a train.",
            ),
        ),
        marks=(late("Sam", 18, 15), left_early("Priya")),
    ),
    Evening(
        note="The group looked back at the last session in detail. Members said to one another what they had seen and what they had been afraid of. The agreement about coming sober was said aloud again by the members themselves. Individual support for one member was discussed with him beforehand.",
        said=(
            Said(
                "Sam",
                "I have made an appointment with my own doctor about the drinking. I am telling you the date because I know how I am with things that only I know.",
                key="own-doctor",
            ),
            Said(
                "Jonas",
                "I was surprised that Elena was the one who drove him. I live round the corner from Sam, and I had already put my coat on to leave before anybody needed anything.",
                ("Elena", "Sam"),
                key="coat-on",
            ),
            Said(
                "Maya",
                "I have written to the office that I would like to come in for two half days. I have not sent it. It is in the folder for drafts with the subject already filled in.",
                key="half-days-draft",
            ),
        ),
        marks=(excused("Margot"),),
    ),
    Evening(
        note="Theme: leaving. A member announced that she is moving away and will be here once more. The group congratulated her quickly and only later said that it was sad. Plan: leave room next time for a good-bye that is not a party.",
        said=(
            Said(
                "Margot",
                "I have signed for the flat with the gas cooker. I practised telling you in front of the mirror, and in the mirror I was much more cheerful.",
            ),
            Said(
                "Priya",
                "I only ever sat next to Margot by accident, I thought. I have counted now, and it was five times out of eight.",
                ("Margot",),
            ),
            Said(
                "Elena",
                "Since I said it about the biscuits, Jonas brings grapes. He puts them down in front of me without a word, and I eat every one of them.",
                ("Jonas",),
            ),
            Said(
                "Sam",
                "The doctor asked how much, and I halved it out of habit, and then I doubled it again while I was still sitting in the chair. I have tablets now and a second date.",
            ),
        ),
        marks=(late("Jonas", 18, 5),),
    ),
    Evening(
        note="Good-bye to a member who was with this group for two years. Each person told her one thing that they would keep. The leaders spoke about how the group will be smaller for a time and that somebody new is expected. Watch who moves into the free place.",
        said=(
            Said(
                "Margot",
                "At my retirement they gave me a clock. You have given me a list of things I am like when nobody needs me to be in charge, and I am going to put that on the wall instead.",
            ),
            Said(
                "Maya",
                "What I am keeping from Margot is how she said 'I have not finished' to me once, quite gently. I have said it twice at home since.",
                ("Margot",),
            ),
            Said(
                "Jonas",
                "My brother has found the letters from the bank that I hid for him. He was not even angry. He asked which drawer he should put the next ones in.",
                key="bank-letters",
            ),
            Said(
                "Priya",
                "He told us about those letters, Jonas, with so much shame in his voice, and I thought: my brother has perhaps been carrying something too, and I never asked him which drawer.",
                ("Jonas",),
            ),
        ),
        marks=(absent("Elena"),),
    ),
    Evening(
        note="Smaller circle, chairs moved closer without discussion. Theme: the first small return, to an office, to a sibling, to the truth about a number. The mood was proud and a little suspicious of the pride. Continue with what one more step would be.",
        said=(
            Said(
                "Maya",
                "I went back to the office for two half days. I asked for the desk by the window, and it was less frightening than the weeks of thinking about it.",
                key="back-to-work",
            ),
            Said(
                "Priya",
                "When Jonas told us about his brother I went home and rang mine for the first time in four years. We only talked about the weather, but we talked.",
                ("Jonas",),
                key="rang-brother",
            ),
            Said(
                "Sam",
                "I counted the bottles before I threw them away. There were eleven, and I had been telling everybody that there were three.",
                key="bottles",
            ),
            Said(
                "Elena",
                "My mother did not know me on Sunday, and then she did, for the length of one song on the radio. I have decided to fly in the autumn and not to wait for a better month.",
            ),
        ),
        marks=(excused("Jonas"), late("Elena", 18, 20)),
        progress={
            "Maya": "She reported her first two half days at work and described the anxiety before and after in detail. She took praise from the group without diminishing it. Plan: a third half day, and driving as a passenger to be taken up when she raises it.",
            "Priya": "Spoke early in the session, which is new, and named the loss of contact with a relative as her own choice. Tearful, well able to stay. Plan: support further contact at her own pace.",
            "Sam": "He disclosed the true extent of his drinking at home unprompted and had removed the alcohol himself. No signs of intoxication or withdrawal. Plan: continue with his doctor; ask weekly about the plan he made.",
            "Elena": "Arrived twenty minutes late from work. She spoke of her mother with grief and without turning it into care for others in the room. Plan: prepare the journey here, with attention to whom she can lean on.",
        },
    ),
    Evening(
        note="A new member was welcomed. The group told him what it is like here, and by that told one another. Some were eager to look after him; one said that she had not been looked after like this in her first week, and was heard. Plan: give the new person time.",
        said=(
            Said(
                "Daniel",
                "I have told you my name and that I work with trains. I had planned to say more, and I find that this was quite a lot.",
            ),
            Said(
                "Elena",
                "I was sharp with Daniel when he took the chair at the window, because in my head it was still taken. He could not know. I would like him to hear that from me.",
                ("Daniel",),
            ),
            Said(
                "Jonas",
                "My brother has stopped coming home for supper. I still cook for two, because cooking for one looks like a decision.",
            ),
            Said(
                "Maya",
                "Three half days now. On Wednesday a van braked behind me in the street, and I held on to a lamp post in my good coat. A woman waited with me until I let go.",
            ),
            Said(
                "Sam",
                "Nineteen days. I notice that Priya looks at me when somebody mentions wine, and I would rather be looked at than counted.",
                ("Priya",),
            ),
        ),
        marks=(late("Priya", 18, 12),),
        progress={
            "Maya": "Described a brief panic reaction to a traffic noise and how she got through it with a stranger's help. Her work hours were raised as agreed. Plan: practise the grounding steps that she found by herself.",
            "Jonas": "He spoke about supper and waiting in few words, and his voice was flat. He let a question stand and did not joke it away. Plan: ask what he would do if the waiting were over.",
            "Priya": "Came late, apologised once and not five times. She listened closely and answered a direct remark from a peer without withdrawing. Plan: notice with her how she watches over people.",
            "Sam": "Reports nineteen days without alcohol and keeps his appointments. He asked openly not to be monitored by others. Plan: agree with him what kind of asking is welcome.",
            "Elena": "Able to own an irritation towards a newcomer and to put it right in the session. This is a step away from pleasing. Plan: make room for more small annoyances.",
            "Daniel": "In his first session he introduced himself briefly and followed the others with interest. The group agreement was explained, and he took it home to read. Plan: no pressure to disclose; short talk with a leader before next week.",
        },
    ),
    Evening(
        note="Theme: what stays on the table when somebody has gone. Sleep, meals and habits were the way into grief and gratitude. The group is working again at its former depth with one member more. Plan: come back to a thank-you that was late by weeks.",
        said=(
            Said(
                "Maya",
                "I slept through the night three times this week. It is the first time since the accident, and I think the evening walks help.",
                key="slept",
            ),
            Said(
                "Sam",
                "When the shift was over I stood on the bridge for an hour. I have decided to go back there tonight, after this. I gave my key to the neighbour.",
                key="bridge",
            ),
            Said(
                "Daniel",
                "I have my father's pills in the car and I know how many it takes. I will not drive home with them tonight, I said, but I am not sure of it.",
                key="pills",
            ),
            Said(
                "Jonas",
                "My brother moved out of the flat on Sunday without leaving a number. I keep setting two plates on the table and then putting one of them back.",
            ),
            Said(
                "Sam",
                "Elena drove me home after that bad evening and waited outside until she saw my light go on. I never thanked her for that.",
                ("Elena",),
                key="drove-home",
            ),
            Said(
                "Daniel",
                "This is my second evening here. I do not know yet whether I can say the thing I came to say, but I noticed that I sat down near the middle.",
            ),
            Said(
                "Priya",
                "I told my brother's answering machine about Jonas and the two plates, without his name. I do not know why. I think I wanted my brother to know what it looks like from the other side.",
                ("Jonas",),
            ),
        ),
        marks=(excused("Elena"),),
        progress={
            "Maya": "Sleep has improved for the first time since the accident, and she connects it with regular walks. She was lively and curious about others. Plan: keep the walks; look at the first short drive together.",
            "Jonas": "He told the group of a sudden departure at home and let his sadness be seen. No hopelessness; he has people he can ring and named two. Plan: a short call between sessions, as he asked for it.",
            "Sam": "He thanked an absent peer for help that he had been ashamed of, and plans to say it to her directly. Still abstinent by his own report. Plan: support him in saying it when she is back.",
            "Daniel": "In his second session he spoke once, without being asked, about where he had sat down. The agreement is still to be signed. Plan: ask him before the next session what he needs in order to decide.",
        },
        unsigned=("Daniel",),
    ),
)

TUESDAY = Group(
    name="Tuesday evening group",
    modality="process",
    record_class="psychotherapy",
    weekday=1,
    starts=time(18, 0),
    ends=time(19, 30),
    leaders=(RUTH, TOMAS),
    members=(MAYA, JONAS, PRIYA, SAM, ELENA, DANIEL, MARGOT),
    evenings=EVENINGS,
)
