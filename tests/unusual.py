"""
Answers that are unusual and real: names, addresses, telephone numbers, places, and words.

Every person and every institution is plainly made up; the cities are there. Nobody here is refused,
and no letter is altered.
"""


def listed(text: str) -> list[str]:
    """Return what is between the lines' bars."""
    return [each for line in text.strip().splitlines() for each in line.split("│")]


NAMES = listed("""
Robin Example│X│Ng│O'Hara Example│O’Hara Example│D'Angelo Example│N'Golo Example│Example-Muster
Mary-Jane Example Muster│van der Example│de la Muestra y Prueba│von und zu Beispiel│al-Mithali
Al Mithali│bin Contoh│Mac Example│McExample│MacExample│St. Example│Example, Jr.│Example III
Example, M.D., Ph.D.│Robin “Rob” Example│Robin (Rob) Example│Robin E. Example│R. E.│R2 Example
Null│None│True│NaN│undefined│Test│Admin│Select│Drop Table│-Example│=Example│+Example│@example
#Example│Example & Muster│Example/Muster│Example; Muster│Example: Muster│Example * Muster
Robin <Example>│{Example}│{{ Example }}│[Example]│%s Example│100% Example│$Example│\\Example
Zoë Example│Renée Exemple│François Exemple│Ångström Exempel│Øystein Eksempel│Þórdís Dæmi
Łukasz Przykład│Žofie Příklad│Győző Példa│Ștefan Exemplu│İpek Örnek│Işık Örnek│Ñandú Ejemplo
João Exemplo│Ľubica Príklad│Đorđe Primer│Ūla Pavyzdys│Ģirts Paraugs│Õie Näide│Nguyễn Thị Ví Dụ
Trần Ví│Kahuʻōhiʻa Laʻana│Γεωργία Παράδειγμα│Иван Примеров│Ольга Приклад│Їжак Приклад│Ђорђе Пример
Никола Пример│Արմեն Օրինակ│გიორგი მაგალითი│שרה דוגמה│משה בן־דוגמה│محمد مثال│عبد الله مثال
فاطمه نمونه│مریم نمونه‌ای│احمد مثال│अनीता उदाहरण│क्षितिज उदाहरण│অনিতা উদাহরণ│ਹਰਪ੍ਰੀਤ ਉਦਾਹਰਣ
અનિતા ઉદાહરણ│அனிதா எடுத்துக்காட்டு│అనిత ఉదాహరణ│ಅನಿತಾ ಉದಾಹರಣೆ│അനിത ഉദാഹരണം│අනිතා උදාහරණය
สมชาย ตัวอย่าง│ສົມໃຈ ຕົວຢ່າງ│မောင် ဥပမာ│សុខ ឧទាហរណ៍│བསྟན་འཛིན་དཔེ│አበበ ምሳሌ│李例│王小例│歐陽範例
山田例子│やまだ れい│ヤマダ レイ│김예시│남궁예시│ᠮᠣᠩᠭᠣᠯ│ᏣᎳᎩ│ᐃᓄᒃ│𐐏𐐨𐑊𐐬│𠮷野例│X Æ Example│Jr
Mr. Example│Dr Example│Example 2nd│Robin example│ROBIN EXAMPLE│ßtefan│Robin Example (she/her)
María de los Ángeles Inmaculada Concepción Ejemplo y Muestra de la Prueba, viuda de Patrón│Ex. M.-P.
""")
ADDRESSES = listed("""
robin@example.org│r@example.org│robin+wsrs@example.org│robin+wsrs+2026@example.org
ROBIN@example.org│o'hara@example.org│robin.example@mail.rad.example.org│robin-example@example.org
robin_@example.org│_robin@example.org│1234567890@example.org│robin@example.museum
robin@example.co.uk│robin@bücher.example│robin@例え.jp│robin@пример.рф│robin@उदाहरण.भारत
robin@مثال.امارات│robin@xn.example.org│r.o.b.i.n@example.org│robin@123.example.org
robin@ex-ample.org│{robin}@example.org│robin/example@example.org│robin=1@example.org
""")
PHONES = listed("""
(206) 555-0100│206-555-0100│206.555.0100│2065550100│+1 206 555 0100│1-206-555-0100
206 555 0100 x12│206 555 0100 ext. 1234│206 555 0100;ext=9│1-800-EXAMPLE1│555-0100│pager 4411
+44 20 7946 0958│+44 (0)20 7946 0958│+49 30 901820│+81 3-1234-5678│+52 55 1234 5678
+91 98765 43210│011 49 30 901820│00 33 1 99 00 00 00│030 1234567│911│٠٢٠١٢٣٤٥٦٧
206 555 0100 / 206 555 0199│206 555 0100, evenings only│home: 206 555 0100│#4411
*67 206 555 0100│+8816 1234 5678│001 206 555 0100
""")
INSTITUTIONS = listed("""
Example Hospital│X│=Example Imaging│+Plus Radiology│-minus- Imaging│@Home Teleradiology│{Example}
{{ Example }} Health│{% Example %}│<Example> Imaging│Example & Sons│"Example" Radiology
'Example' Clinic│Example, Muster & Prueba, P.S.│Example; Muster│Example\\Muster│Example/Muster
100% Imaging│$ave Clinic│Sana™ Example│Hôpital Exemple│Universitätsklinikum Beispiel│東京例大学
Клиника Пример│مستشفى مثال│Example — Seattle│=SUM(Imaging)│${Example}│#1 Imaging│Example?
Example!│2nd Opinion Radiology│1.5T MRI│Example Hospital (R1–R4), Dept. of Radiology│`Example`
~Example~│*Example*│_Example_│Example | Muster
""")
CITIES = listed("""
Walla Walla│Sea-Tac│Coeur d’Alene│Lāʻie│Å│Y│Ho-Ho-Kus│Saint-Louis-du-Ha! Ha!│'s-Hertogenbosch
Truth or Consequences, NM│100 Mile House│Seattle/Tacoma│Zürich (ZH)│Kraków│İzmir│México, D.F.│東京都
القاهرة│Москва│แม่สอด│서울│98101│N. of Spokane & E. of it│“the Peninsula”
""")
# What people write where there is room: several lines, lists, quotations, other scripts, signs.
WORDS = (
    "Yes.",
    "To read 50+ studies/day & still be home at 6 :-)\n\nAnd not to mind if I am not.",
    "1. Boards\n2. Job\n  a. academic?\n  b. private?\n3. Sleep",
    "- find a mentor\n- <3 radiology\n- = happy",
    "=> Decide between MSK and IR; P(IR) > 0.5, p < 0.05",
    "“Somebody” once said: 'it’s fine'—it wasn’t…",
    "My page is https://radiology.example/?a=1&b=2#x, or mail me at robin@example.org",
    "أريد أن أتعلّم من شخص لديه خبرة، ثم أساعد غيري (MRI).",
    "放射線科で働きながら、研究もしたいです。",
    "Chcę się uczyć — i dzielić tym, czego się nauczę. 👩🏽‍⚕️🩻",
    "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902 \u092c\u093e\u0924",
    "SELECT a subspecialty; DROP the rest. {{ Really }} %s ${me} \\o/",
    "+1 for evenings\n@ home on weekends\n* no nights *",
)
