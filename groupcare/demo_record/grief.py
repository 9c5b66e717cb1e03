"""The grief group of Hillside Practice: six people, each of whom has lost somebody."""

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
from groupcare.demo_record.staff import NORA

IRIS = Person("wren-2751", "Iris Calloway")
HUGO = Person("finch-8033", "Hugo Santoro")
GRACE = Person("petrel-4470", "Grace Oyelaran", aliases=("Gracie",))
MEI = Person("robin-9125", "Mei-Ling Chow", preferred="Mei")
ANTON = Person("bunting-2680", "Anton Kovac", aliases=("Toni",))
LOLA = Person("thrush-6394", "Dolores Quintero", preferred="Lola", aliases=("Lolita",))

EVENINGS = (
    Evening(
        note="First meeting in this circle. Everybody brought the name of the person they miss and said it aloud once. After that the room was easier. Plan: objects from home next week, for those who wish.",
        said=(
            Said(
                "Iris",
                "My husband died in March. I still say 'we' on the telephone, to the gas company, to the library. They send the letters to both of us, and I do not correct it.",
            ),
            Said(
                "Anton",
                "My son was twenty-two. It was a road in the rain, nobody had drunk, nobody was fast. People want there to be a reason, and I see them get tired of looking for it.",
            ),
            Said(
                "Hugo",
                "We took the early train to the city together for thirty-one years, she to the ministry and I to the bank. I would not know how to sit on the other side of the carriage.",
            ),
        ),
        marks=(late("Mei", 11, 10),),
    ),
    Evening(
        note="Objects from home lay on the table: a glove, a tin, a ticket, a radio. Members told their stories at length and were not hurried. One had forgotten the object and described it instead, so that all could see it. Continue in the same way.",
        said=(
            Said(
                "Lola",
                "Fifty years, and he never once put the lid back on this tin. I have screwed it shut now, and it is the saddest sound in the house.",
            ),
            Said(
                "Grace",
                "This is my sister's glove. She lost the other in my car, and I shouted at her for it, since she lost everything. It is under the seat. I have not taken it out.",
            ),
            Said(
                "Mei",
                "I brought no object because my mother gave everything away while she was ill. She said she did not want to be dusted. I have only her radio, and it is set to a station that I cannot stand.",
            ),
            Said(
                "Iris",
                "When Lola closed that tin I heard our garden gate. I have kept the gate unoiled on purpose, and I had not told anybody until just now.",
                ("Lola",),
            ),
        ),
        marks=(),
    ),
    Evening(
        note="Theme: what other people say. Members collected sentences they have been given at the door and in the shop, and sorted them into those that helped and those meant to end the talk. Anger was allowed and brought some laughter. Plan: write the sentence one would have needed.",
        said=(
            Said(
                "Anton",
                "A neighbour told me that God needs young men too. I carried his shopping up the stairs, because otherwise I would have had to answer.",
            ),
            Said(
                "Grace",
                "The best one was from the girl at the chemist. She said, I have not seen your sister, and I said why, and she said nothing, she just came round the counter.",
            ),
            Said(
                "Hugo",
                "They tell me that I am coping. I shave, I have a clean collar. If I came unshaven, they would have to bring soup.",
            ),
        ),
        marks=(excused("Lola"), left_early("Iris")),
    ),
    Evening(
        note="A slow meeting on the first year and its dates. A calendar went round, and whoever wanted entered a day that is coming. The group decided to think of one another on these days. Plan: the list stays here, in the locked drawer.",
        said=(
            Said(
                "Mei",
                "The fifteenth is her birthday. My brothers would like a restaurant. I would like to hear that dreadful station all day with the windows open.",
            ),
            Said(
                "Lola",
                "I entered our wedding day and then I crossed it out, for I cannot say whether it still takes place. Hugo has written it in again with a pencil, very lightly, so that I can decide.",
                ("Hugo",),
            ),
            Said(
                "Iris",
                "I have no day coming. I have the whole of the garden coming, it starts in April and it does not ask.",
            ),
        ),
        marks=(absent("Anton"), late("Grace", 11, 20)),
    ),
    Evening(
        note="One member came back after missing a meeting and told why. Theme: the body in grief, sleep, weight, breath. The leader gave some information on when a doctor should be seen. Two have had no check-up for more than a year. Plan: ask about appointments in two weeks.",
        said=(
            Said(
                "Anton",
                "He told the group that it was raining on the way here last week, and that he turned round at the bridge. He sat in the car park of the garden centre until it stopped. They have fish there, and he watched the fish.",
            ),
            Said(
                "Hugo",
                "I wake at ten to five, because her alarm was at five and I liked to be first. Now I lie there for the ten minutes, and then it does not ring.",
            ),
            Said(
                "Grace",
                "I knew that road when Anton spoke of it, I drive it to work each day. I have driven it differently since then. I have said good morning to it.",
                ("Anton",),
                key="that-road",
            ),
            Said(
                "Mei",
                "My doctor weighed me and said that I have lost a small dog. I laughed so much that she prescribed something to eat before she prescribed anything else.",
            ),
        ),
        marks=(),
    ),
    Evening(
        note="Theme: guilt, and the things left unsaid. The group distinguished what somebody did, what somebody did not know, and what somebody is made of. Deep attention, many tears, nobody left alone with them. Plan: begin gently next time, with something that was good.",
        said=(
            Said(
                "Grace",
                "The last thing I said to my sister was about the parking fine. I have paid it three times now, in my head, with interest.",
            ),
            Said(
                "Lola",
                "In the hospital I went down for a coffee, and when I came up he had gone. The nurse said that many wait until they are alone. He never could leave a party while I was watching.",
            ),
            Said(
                "Iris",
                "He asked me to prune the roses in February, and I said that it was too early. I was right, it was too early. I would give anything to have been wrong about it with him.",
            ),
            Said(
                "Anton",
                "What Grace said about the fine has let me sleep. I had asked my son to bring back the drill that weekend. I thought it was the drill.",
                ("Grace",),
                key="drill",
            ),
        ),
        marks=(late("Hugo", 11, 5),),
    ),
    Evening(
        note="As agreed, the meeting began with something good. Members told of jokes, dances and bad cooking, and the dead became people with faults again. The laughter was loud enough for a knock from next door. Plan: keep room for both.",
        said=(
            Said(
                "Mei",
                "On the fifteenth I did both. I took my brothers to the restaurant, and I brought the radio. We had dumplings with the traffic report.",
                key="dumplings",
            ),
            Said(
                "Hugo",
                "She snored. I was always asked to be discreet about that. I recorded it once to prove it, and I found the recording on Sunday, and I have slept by it for three nights.",
            ),
            Said(
                "Lola",
                "Grace and I have been to the cinema. We chose the film by the comfort of the seats, and both of us slept, and both said afterwards that it was sad.",
                ("Grace",),
            ),
        ),
        marks=(excused("Iris"),),
    ),
    Evening(
        note="Theme: clothes, rooms and cupboards, and who may decide when. Families are pressing some of the members, others wish that somebody would. The group agreed that there is no date. Plan: whoever likes may ask another member to be there when a cupboard is opened.",
        said=(
            Said(
                "Anton",
                "My wife would like to rent out the room. I am not angry with her. I have measured it for the advertisement and written down that it is smaller than it is.",
            ),
            Said(
                "Iris",
                "She has given the suits away, she said, all but the brown one, which her husband hated. It hangs there like a guest whom nobody likes and who has therefore stayed the longest.",
            ),
            Said(
                "Grace",
                "I took the glove from under the seat. It was Lola who sat next to me and held the torch, and she did not say a single word until the car was locked again.",
                ("Lola",),
            ),
            Said(
                "Hugo",
                "When Iris told us of the brown suit I rang my daughter and said that she may take the dresses, except the one I hate. She asked why, and I could not explain it on the telephone.",
                ("Iris",),
            ),
        ),
        marks=(absent("Mei"),),
    ),
    Evening(
        note="Theme: new things, and the disloyalty in them. A first holiday, a first haircut, a first argument with a new neighbour. Some members felt that they were being unfaithful to the past, others that the past would have teased them. Nothing had to be settled.",
        said=(
            Said(
                "Lola",
                "I have booked a week by the sea with the widows' club. I asked for a single room, and I had to spell the word, my voice was so small.",
            ),
            Said(
                "Mei",
                "I missed you last time because I had a first date. He talked about tiles. Even so I came home and told the radio all about him.",
            ),
            Said(
                "Iris",
                "A young couple next door have asked if I would sell them cuttings. I said that they are not mine to sell, and went on thinking about it until it was dark.",
            ),
            Said(
                "Anton",
                "Hugo and I have walked to the garden centre to see the fish. He took my arm on the bridge without making anything of it, as one takes an arm on ice.",
                ("Hugo",),
            ),
        ),
        marks=(late("Grace", 11, 15),),
    ),
    Evening(
        note="A quieter meeting with the question of what one believes. Members with and without a faith listened to one another with curiosity. The leader kept the talk near to experience and away from arguing. Plan: return to the letters that some have begun to write.",
        said=(
            Said(
                "Hugo",
                "I am not a man for church, but I go in on Fridays to light one and to sit. The sexton has started to leave the side door open. We do not discuss it.",
                key="side-door",
            ),
            Said(
                "Grace",
                "At home we say grace before meals, and it is my own name, and my sister always said: thank you for her, then. Now there is nobody to make that joke, so I have made it for you.",
            ),
            Said(
                "Mei",
                "I do not believe in anything, and yet I ask my mother where the keys are. On Monday she answered, in Anton's voice. It was what he had said to me here: have you looked where you are angry.",
                ("Anton",),
            ),
            Said(
                "Iris",
                "Lola has asked me along to the sea. There are two single rooms left. I have said that I must ask the garden.",
                ("Lola",),
            ),
        ),
        marks=(late("Anton", 11, 12), excused("Lola")),
        progress={
            "Iris": "She spoke about an invitation to travel, with longing and with reservations. Grief is present every day and no longer fills every hour. Plan: explore what permission she is waiting for.",
            "Hugo": "He described a weekly ritual of his own with quiet satisfaction. Wakes early still, otherwise sleeps enough. Plan: the check-up with his doctor is booked; ask how it went.",
            "Grace": "Told a family joke, cried and laughed at once, and said that it felt like her sister's company. Less occupied with the last conversation. Plan: a letter to her sister, at her own pace.",
            "Mei": "She reflected on how she goes on talking with her mother and does not find it strange any longer. Appetite is better, weight stable. Plan: keep the appointment with her doctor; no other step at present.",
            "Anton": "He arrived late, having walked in light rain, which he had avoided for months. Said so without being asked. Plan: acknowledge the step; ask what he needs on days of heavier weather.",
        },
    ),
    Evening(
        note="Letters were read aloud by those who had written one; the others listened with closed eyes by their own wish. Afterwards few words and a long silence, which felt full. Plan: nobody needs to write, and nobody needs to burn or keep anything.",
        said=(
            Said(
                "Anton",
                "My letter to my son is four lines. It says that the drill is back. It says the rain has stopped being about you. The rest is greetings.",
                key="four-lines",
            ),
            Said(
                "Lola",
                "I have written down everything that he did badly. Two pages, the tin is number seven. I read them to him at the grave, and I heard him say: louder, Dolores.",
            ),
            Said(
                "Mei",
                "I listened to Anton with my eyes closed, and I saw no boy at all, I saw a man who was giving back a drill. It was very tender, and I told my father about it, who never speaks of my mother.",
                ("Anton",),
            ),
        ),
        marks=(absent("Hugo"), left_early("Grace")),
        progress={
            "Iris": "Listened to the others with full attention and did not wish to write. She said that the garden is her letter. Plan: spring and its work as a topic before it begins.",
            "Grace": "She left fifteen minutes early as announced, for work. Began a letter and put it aside without reproaching herself. Plan: no task; she says that she knows when.",
            "Mei": "Participated with great openness and has told her father about her grief for the first time. Sleeps better. Plan: support the conversation with her father, which she wants to continue.",
            "Anton": "He read a short letter aloud, calmly, and could receive what others said about it. No thoughts of following his son; I asked directly, and he answered directly. Plan: his wife has been invited to a talk for couples.",
            "Lola": "Read with humour and anger, and afterwards felt lighter by her own account. Packing for the journey has begun. Plan: speak about coming home to an empty flat after it.",
        },
    ),
    Evening(
        note="Theme: what grows back. Garden, appetite, laughter, and the wish to be left in peace. The group works without much help from the leader. Plan: two weeks from now a meeting about the holidays and the empty places at the table.",
        said=(
            Said(
                "Iris",
                "The garden was his, and I let it grow wild all summer. Yesterday I cut the roses back the way he used to, badly, and laughed at how badly.",
                key="roses",
            ),
            Said(
                "Hugo",
                "I still buy two tickets for the early train out of habit. The man at the counter has stopped asking, and I am grateful to him.",
                key="tickets",
            ),
            Said(
                "Grace",
                "I have found the other glove. It was in my own coat. All this time I had been angry at her car seat, her hands, her head, and it was in my coat.",
            ),
            Said(
                "Lola",
                "Iris has come along to the sea. She talked to the gardener of the hotel for two hours, and I lay in the sun and was a woman whose friend is talking to the gardener.",
                ("Iris",),
            ),
            Said(
                "Anton",
                "We have let the room to a student. On the first evening she asked whether it disturbs us if she plays the cello. Mei laughed so loudly when I told it that I noticed how happy I was.",
                ("Mei",),
            ),
        ),
        marks=(late("Mei", 11, 18),),
        progress={
            "Iris": "Returned from a first journey and has taken up work in the garden. She laughed freely, and tears came in between. Plan: ask after the weeks before the anniversary in March.",
            "Hugo": "He told of a habit that he keeps up and of a stranger's tact. The check-up gave no cause for concern. Plan: no need to end the habit; ask what it gives him.",
            "Grace": "She described finding a lost object as a release from blame. Able to speak of her sister's faults and her own with equal warmth. Plan: discuss whether the letter is still wanted.",
            "Mei": "Came late after an appointment and joined in at once. Cheerful, and able to celebrate with others. Plan: one more meeting on her father, then look together at how long she wishes to stay.",
            "Anton": "He and his wife have let their son's room, and he spoke of joy without defending it. Sleeps through most nights. Plan: prepare for the first holidays with a lodger at the table.",
            "Lola": "Well rested after a week away with company. The return to the flat was hard on the first evening only. Plan: keep the Thursday lunch that she has arranged for herself.",
        },
    ),
)

FRIDAY = Group(
    name="Grief group",
    modality="grief",
    record_class="psychotherapy",
    weekday=4,
    starts=time(11, 0),
    ends=time(12, 30),
    leaders=(NORA,),
    members=(IRIS, HUGO, GRACE, MEI, ANTON, LOLA),
    evenings=EVENINGS,
)
