"""Sentences as newspapers write them, each with the boundaries that a reader would set (invented news)."""

import pytest

from index.text import sentences

ENGLISH = [
    # Initials, titles, ranks
    ["Mr. J. A. Reed and Mrs. V. I. Stone met Lt. Gen. Cole.", "They agreed."],
    ["The estate of M. Theo Kearney was sold.", "Nobody wept."],
    ["Gov. Anna Reed and Sen. B. Hall argued.", "Rep. Low did not."],
    ["The writer E. B. Marsh died on Monday.", "She was 91."],
    ["Martin Stone Jr. won in St. Albans.", "His son lost."],
    ["It was drawn by Ada C. Reed.", "They had a cure for Virus V.", "They kept it."],
    ["He ate a fig.", "Then he slept."],
    ["She never cared for modern art.", "Her sister did."],
    ["The judges cited Marsh v. Harbour City, a case of 1954.", "They were divided."],
    # Countries, capitals
    ["Exports to the U.S. rose by 3.5%.", "Imports fell."],
    ["The U.S. Navy sent two ships to the U.K.", "The crews rested."],
    ["Talks in Washington, D.C. on trade failed.", "New ones follow."],
    ["He flew to the U.S.", "Many of his rivals stayed."],
    # Numbers
    ["Line No. 5 carries 12,500 people a day.", "Line No. 6 is closed."],
    ["Was it safe?", "No.", "They closed it."],
    ["“Were you there?”", "Ada: No.", "I was in the hall."],
    ["See Part No. IV. of the act (p. 12).", "It dates from c. 1850."],
    ["See Fig. 2 and Vol. 3, pp. 12 to 14.", "Both are wrong."],
    ["The fund holds $1.25 billion vs. $3 billion in 2020.", "It shrank."],
    ["The rate is .5 percent.", "It was 1.25."],
    ["It rose by 3.5 points.", "7.2 was expected."],
    # Times and dates
    ["The ferry leaves at 9 a.m. Monday and at 6 p.m. GMT on Sunday.", "It is often late."],
    ["Shots were heard at 9 a.m.", "Police came an hour later.", "It was 10 a.m.", "NATO was told."],
    ["The vote is due by Dec. 3.", "Another follows in Sept.", "The last is in May."],
    ["The law of 12.1.2024 was repealed.", "A new one came."],
    # Companies and other abbreviations that may end a sentence
    ["She sold Harbour Boats Inc. to Reed Ltd. for a dollar.", "It was a gift."],
    ["He works for Harbour Boats Co.", "It builds ferries."],
    ["They sell rope, paint, nails, etc.", "Prices are low."],
    ["Tools (hammers, saws, etc.) are free.", "Nails are not."],
    ["The shop on Main St. closed.", "The one on Elm St. did not."],
    ["She has a Ph.D. in physics.", "He has none."],
    # Quotations
    ["“Why now?” she asked.", "Nobody answered."],
    ["“Why now?”", "The mayor had no answer."],
    ["“It is late,” he said.", "“We must go.”", "They went."],
    ['"Stop!" shouted the guard.', "He ran."],
    ["“Will it hold?” – asked the mayor.", "It did."],
    ["“It will hold!” — Mayor Reed said on Monday.", "It did not."],
    ["He called it ‘a good start.’", "Others disagreed."],
    # Ellipses
    ["He said he was here to . . . submit cheerfully.", "Nobody laughed."],
    ["We waited... and waited.", "Nothing came."],
    ["The list goes on …", "Few read it."],
    # Lists
    ["He named three goals: 1. Fish.", "2. Wind.", "3. Wood."],
    ["II. What comes next.", "III. Who pays."],
    ["1.2. The second part.", "It is short."],
    ["a. The first step.", "b. The next one."],
    # Parentheses
    ["The bridge (built in 1904.) is closed.", "A ferry sails."],
    ["The bridge is closed.", "(A ferry sails instead.)", "It is free."],
    # Addresses
    ["Write to news@harbour.example.com.", "Or read www.harbour.example.com/a.b?c=1 now.", "It is free."],
    ["The site https://harbour.example.gov.", "The mayor wrote it."],
    # Names that begin small
    ["Shops opened at noon.", "iPhone sales doubled.", "Others fell."],
]

VIETNAMESE = [
    # Cities, districts, titles
    ["Lãnh đạo TP.HCM họp với TP. Hồ Chí Minh mở rộng.", "Cuộc họp kéo dài."],
    ["Người dân ở TP.HCM.", "Họ đi làm bằng tàu điện."],
    ["Bà ở P. Bến Nghé, Q. 1, TP. Thủ Đức.", "Ông ở Q.3.", "Hai người là bạn."],
    ["Đây là quy định của TP.", "Theo đó, phí giảm 10%."],
    ["PGS.TS. Nguyễn Văn Bình và Th.S. Lê Thu đến dự.", "GS. Trần An vắng mặt."],
    ["Ths. Lê Thu, KTS. Trần Nam và LS. Phạm Hà phản đối.", "BS. An đồng ý."],
    ["Ông J. A. Reed gặp Tổng thống V. I. Stone.", "Hai bên ký kết."],
    ["Tổng thống Mỹ J. Reed và Thủ tướng Đức A. Stone họp báo.", "Cả hai đều mệt."],
    ["Nhà sử học Frederick W. Marsh qua đời.", "Ông thọ 91 tuổi."],
    ["Công an bắt Nguyễn Văn T.", "Theo điều tra, T. lừa đảo 5 người."],
    ["Công an bắt Trần Thị Thu H.", "Công an cũng bắt chồng bà."],
    ["Xem tr. 12 và Tr. 15.", "Hai trang này sai."],
    ["A. Kinh tế.", "B. Văn hóa."],
    ["Bộ ba số thỏa mãn a + b = c.", "Quyết định này khó."],
    ["Trời mưa nên bà mua một chiếc ô.", "Ông thì không."],
    # Numbers
    ["Vốn đầu tư là 12.500 tỷ đồng, tăng 3,5%.", "Năm 2023 là 11.200 tỷ đồng."],
    ["Vé giá 35.000 đ.", "Trẻ em được miễn phí."],
    ["Lạm phát là 3,5%.", "12.500 người mất việc."],
    ["Tuyến số 5 dài 2,4 km.", "Tuyến số 6 ngắn hơn."],
    # Dates and times
    ["Luật có hiệu lực từ 12.1.2024.", "Luật cũ hết hiệu lực ngày 11.1.", "Không ai phản đối."],
    ["Tàu chạy lúc 9h30 ngày 12/1.", "Vé đã bán hết."],
    # "v.v." and trailing dots
    ["Họ bán dây, sơn, đinh, v.v.", "Giá rất rẻ."],
    ["Các loại sơn, đinh, v.v. đều hết hàng.", "Dây thì còn."],
    ["Hà Nội, Huế, Đà Nẵng... đều có mưa.", "Miền Nam nắng."],
    ["Chợ có cá, tôm, mực…", "Khách rất đông."],
    # Quotations and speech with dashes
    ["“Vì sao lại thế?” ông hỏi.", "Không ai trả lời."],
    ["“Vì sao lại thế?”", "Bà Hà không trả lời."],
    ["“Vì sao lại thế?” - ông hỏi.", "Không ai trả lời."],
    ["“Cầu sẽ bền vững!” - PGS.TS Trần Nam nói.", "Sau đó ông về."],
    ["- Ông có vui không?", "- Có.", "- Vì sao?", "- Tôi không rõ."],
    ["– Tốt lắm! – bà nói.", "– Cảm ơn."],
    ["Ông nói: “Chúng tôi đồng ý.”.", "Cuộc họp kết thúc."],
    ["“Chúng tôi đồng ý. ", "Hai bên cùng có lợi”, ông nói.", "Báo chí đưa tin."],
    # Lists and parentheses
    ["Có ba hướng: 1. Thủy sản.", "2. Gió.", "3. Gỗ."],
    ["I. Mở đầu.", "II. Nội dung chính."],
    ["a. Bước một.", "b. Bước hai."],
    ["Cầu (khánh thành năm 1904.) đã đóng.", "Phà chạy thay."],
    # Addresses
    ["Gửi thư về toasoan@bao.example.vn.", "Xem thêm tại https://bao.example.vn/a.b?c=1 để biết.", "Cảm ơn."],
]


@pytest.mark.parametrize("parts", ENGLISH + VIETNAMESE, ids=lambda parts: parts[0][:40])
def test_news(parts):
    parts = [part.strip() for part in parts]
    text = " ".join(parts)
    assert [text[one.start : one.end] for one in sentences.split(text)] == parts
