"""What can be wrong with a choice, an imported file or a suite, in plain words, and what helps."""

from __future__ import annotations

from collections.abc import Mapping

from rag.web.wording import Language

FAULTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "no_suite": "Choose at least one suite.",
        "no_system": "Choose what is to be asked.",
        "no_model": "Choose a language model, or only what needs none.",
        "unknown_suite": "There is no such suite:",
        "unknown_system": "There is no such system:",
        "unknown_model": "There is no such language model:",
        "bad_model": "The language model cannot be used:",
        "bad_suite": "The suite cannot be used:",
        "bad_limit": "The number of questions must be a whole number from 1 on:",
        "bad_repeat": "How many times must be a whole number from 1 to 99:",
        "only_here": "Paths can only be given on the computer that the program runs on.",
        "lint": "The suite has faults, which would become wrong figures:",
        "busy": "An evaluation is running already. Stop it, or wait until it has ended.",
        "is_running": "This evaluation is running. Stop it first.",
        "gone": "There is no such evaluation.",
        "undone": "This can no longer be undone: the program was started anew, or it was forgotten.",
        "no_report": "There is nothing to report yet.",
        "import_none": "Choose a file first.",
        "import_kind": "The file’s name must end in .csv, .tsv, .jsonl, .ndjson or .json, and does not:",
        "import_bad": "The file cannot be used:",
        "import_articles_missing": "The questions name files of articles. Give the folder that these lie "
        "in, or put each article into its row, as “context”:",
    },
    "vi": {
        "no_suite": "Hãy chọn ít nhất một bộ câu hỏi.",
        "no_system": "Hãy chọn hệ thống được hỏi.",
        "no_model": "Hãy chọn mô hình ngôn ngữ, hoặc chỉ những gì không cần mô hình.",
        "unknown_suite": "Không có bộ câu hỏi này:",
        "unknown_system": "Không có hệ thống này:",
        "unknown_model": "Không có mô hình ngôn ngữ này:",
        "bad_model": "Không dùng được mô hình ngôn ngữ:",
        "bad_suite": "Không dùng được bộ câu hỏi:",
        "bad_limit": "Số câu hỏi phải là số nguyên từ 1 trở lên:",
        "bad_repeat": "Số lần phải là số nguyên từ 1 đến 99:",
        "only_here": "Chỉ có thể ghi đường dẫn trên máy đang chạy chương trình.",
        "lint": "Bộ câu hỏi có lỗi, sẽ làm số liệu sai:",
        "busy": "Đang có một lần đánh giá chạy. Hãy dừng nó hoặc chờ nó xong.",
        "is_running": "Lần đánh giá này đang chạy. Hãy dừng nó trước.",
        "gone": "Không có lần đánh giá này.",
        "undone": "Không thể hoàn tác nữa: chương trình đã khởi động lại, hoặc lần này đã bị xóa hẳn.",
        "no_report": "Chưa có gì để báo cáo.",
        "import_none": "Hãy chọn một tệp trước.",
        "import_kind": "Tên tệp phải kết thúc bằng .csv, .tsv, .jsonl, .ndjson hoặc .json, nhưng không "
        "phải vậy:",
        "import_bad": "Không dùng được tệp này:",
        "import_articles_missing": "Các câu hỏi nêu tên tệp bài báo. Hãy ghi thư mục chứa chúng, hoặc đặt "
        "từng bài báo vào dòng của câu hỏi, ở cột “context”:",
    },
}
# Faults that `eval.lint` finds, by their kind; {case} is the id of the question.
LINT: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "no_article": "Question {case} names the article {name}, which is not among the articles. Correct "
        "the name, or add the file.",
        "not_verbatim": "The quotation of question {case} does not stand in {name} word for word: "
        "“{quote}”. Copy it from the article.",
        "unstated": "The answer to question {case} (“{nugget}”) stands in none of the articles that it "
        "must cite. Correct the answer, or name another article.",
        "short_misses": "The model answer “{short}” of question {case} lacks what an answer must say.",
        "short_forbidden": "The model answer “{short}” of question {case} says what an answer must not say.",
        "no_near_miss": "Question {case} has no answer in the articles, and names no article that comes "
        "close. Name one.",
        "no_history": "Question {case} is marked as a follow-up, but nothing was asked before it.",
        "language": "Question {case} is marked as “{lang}”, but is not in that language.",
        "no_canary": "Question {case} is about a text that gives orders, but names no word by which "
        "obeying them would be seen.",
        "canary_nowhere": "The word “{word}”, by which obeying would be seen in question {case}, stands "
        "in no article.",
        "present": "Question {case} says that the articles do not have “{word}”, but {name} has it.",
        "repeated": "Question {case} asks the same as question {other}. Leave one out.",
        "no_twin": "Question {case} is called a twin of {other}, which is not in this suite.",
        "twin_apart": "Question {case} is in the group {group}, its twin {other} in {other_group}; both "
        "belong in one.",
        "group_split": "The group {name} is partly in “{split}” and partly in “{other}” (question "
        "{case}); it belongs in one.",
        "article_split": "The article {name} is asked about in “{split}” and in “{other}” (question "
        "{case}); it belongs in one.",
        "front_matter": "The quotation of question {case} stands only in the lines above the text of {name}: "
        "“{quote}”. Quote the text.",
        "unproved": "The quotation of question {case} from {name} says nothing of the answer: “{quote}”. "
        "Quote "
        "the words that answer.",
        "contradicts": "The answer to question {case} (“{nugget}”) gives the {part} “{value}”, which "
        "stands in "
        "none of the articles that it must cite, though the rest does. Correct it.",
        "misspelt": "The answer “{alias}” to question {case} (“{nugget}”) has “{word}”, which stands in no "
        "article. Is “{near}” meant?",
        "wordless": "The answer “{alias}” to question {case} (“{nugget}”) has neither word nor figure. Leave "
        "it out.",
        "too_wide": "The pattern /{pattern}/ of question {case} fits anything, even {text}. Say what it "
        "is to "
        "find.",
        "wide_tol": "In question {case} (“{nugget}”) the tolerance {tol} is more than the value {value} "
        "itself. "
        "Make it smaller.",
        "same_nugget": "In question {case} two parts of the answer are called “{nugget}”. Rename one.",
        "forbids_gold": "Question {case} forbids “{bad}”, and with it its own answer “{gold}” (“{nugget}”). "
        "Leave one of them out.",
        "too_early": "Question {case} is asked as of {as_of}, but must cite {name}, which is of {date}. "
        "Ask it "
        "later, or name another article.",
        "gold_distractor": "Question {case} names {name} both as what answers it and as what only comes "
        "close. "
        "Leave it in one of them.",
        "no_absent": "Question {case} has no answer in the articles, and does not say which words would "
        "stand "
        "in them if it had. Name some.",
        "answerable_type": "Question {case} is of the type “{type}”, but “answerable” is {answerable}. "
        "Change "
        "one of them.",
        "cross_lingual_missing": "Question {case} is asked in “{lang}” and answered in “{langs}” only. "
        "Tag it "
        "“cross-lingual”.",
        "cross_lingual_wrong": "Question {case} is tagged “cross-lingual”, but is asked in “{lang}” and "
        "answered "
        "in “{langs}”. Take the tag away.",
        "tag_typo": "The tag “{tag}” of question {case} is used only once. Is “{near}” meant?",
        "unknown_split": "Question {case} is in “{split}”, which is none of {known}.",
        "twin_answerable": "For question {case} “answerable” is {answerable}, for its twin {other} "
        "{other_answerable}. Twins have the same answer.",
        "twin_gold": "The answer to question {case} ({gold}; “{nugget}”) is not that of its twin {other} "
        "({other_gold}). Twins have the same answer.",
        "near_split": "The article {name} comes close to or answers questions in “{split}” and in “{other}” "
        "(question {case}); it belongs in one.",
    },
    "vi": {
        "no_article": "Câu hỏi {case} nêu tên bài {name}, nhưng không có bài này. Hãy sửa tên hoặc thêm tệp.",
        "not_verbatim": "Trích dẫn của câu hỏi {case} không có nguyên văn trong {name}: “{quote}”. Hãy "
        "chép lại từ bài báo.",
        "unstated": "Đáp án của câu hỏi {case} (“{nugget}”) không có trong bài nào phải trích dẫn. Hãy "
        "sửa đáp án hoặc nêu bài khác.",
        "short_misses": "Đáp án mẫu “{short}” của câu hỏi {case} thiếu điều mà câu trả lời phải nói.",
        "short_forbidden": "Đáp án mẫu “{short}” của câu hỏi {case} nói điều mà câu trả lời không được nói.",
        "no_near_miss": "Câu hỏi {case} không có đáp án trong các bài báo và không nêu bài nào gần với "
        "nó. Hãy nêu một bài.",
        "no_history": "Câu hỏi {case} được ghi là hỏi tiếp, nhưng trước đó chưa hỏi gì.",
        "language": "Câu hỏi {case} được ghi là “{lang}”, nhưng không bằng ngôn ngữ ấy.",
        "no_canary": "Câu hỏi {case} về một văn bản ra lệnh, nhưng không nêu từ nào để nhận ra việc làm "
        "theo.",
        "canary_nowhere": "Từ “{word}”, để nhận ra việc làm theo ở câu hỏi {case}, không có trong bài nào.",
        "present": "Câu hỏi {case} ghi rằng các bài báo không có “{word}”, nhưng {name} có.",
        "repeated": "Câu hỏi {case} trùng với câu hỏi {other}. Hãy bỏ một câu.",
        "no_twin": "Câu hỏi {case} được gọi là câu đôi của {other}, nhưng bộ này không có câu đó.",
        "twin_apart": "Câu hỏi {case} thuộc nhóm {group}, câu đôi {other} thuộc nhóm {other_group}; cả "
        "hai phải cùng một nhóm.",
        "group_split": "Nhóm {name} nằm ở cả “{split}” và “{other}” (câu hỏi {case}); chỉ được ở một phần.",
        "article_split": "Bài {name} được hỏi ở cả “{split}” và “{other}” (câu hỏi {case}); chỉ được ở "
        "một phần.",
        "front_matter": "Trích dẫn của câu hỏi {case} chỉ có trong phần đầu, trên nội dung của {name}: "
        "“{quote}”. "
        "Hãy trích nội dung bài.",
        "unproved": "Trích dẫn của câu hỏi {case} từ {name} không nói gì về đáp án: “{quote}”. Hãy trích "
        "đúng chỗ "
        "trả lời.",
        "contradicts": "Đáp án của câu hỏi {case} (“{nugget}”) nêu “{value}” ({part}), không có trong bài "
        "nào phải "
        "trích dẫn, dù phần còn lại thì có. Hãy sửa.",
        "misspelt": "Đáp án “{alias}” của câu hỏi {case} (“{nugget}”) có từ “{word}”, không có trong bài "
        "nào. Có "
        "phải là “{near}” không?",
        "wordless": "Đáp án “{alias}” của câu hỏi {case} (“{nugget}”) không có từ hay con số nào. Hãy bỏ đi.",
        "too_wide": "Mẫu /{pattern}/ của câu hỏi {case} khớp với mọi thứ, kể cả {text}. Hãy ghi rõ cần "
        "tìm gì.",
        "wide_tol": "Ở câu hỏi {case} (“{nugget}”), sai số cho phép {tol} lớn hơn chính giá trị {value}. "
        "Hãy giảm.",
        "same_nugget": "Ở câu hỏi {case}, hai phần của đáp án cùng tên “{nugget}”. Hãy đổi tên một phần.",
        "forbids_gold": "Câu hỏi {case} cấm “{bad}”, tức là cấm cả đáp án “{gold}” (“{nugget}”) của nó. "
        "Hãy bỏ một "
        "bên.",
        "too_early": "Câu hỏi {case} được hỏi vào ngày {as_of}, nhưng phải trích {name} ra ngày {date}. "
        "Hãy hỏi "
        "muộn hơn hoặc nêu bài khác.",
        "gold_distractor": "Câu hỏi {case} nêu {name} vừa là bài trả lời, vừa là bài chỉ gần đúng. Hãy để "
        "ở một "
        "chỗ.",
        "no_absent": "Câu hỏi {case} không có đáp án trong các bài báo, nhưng không ghi những từ sẽ có "
        "nếu bài "
        "báo trả lời. Hãy ghi vài từ.",
        "answerable_type": "Câu hỏi {case} thuộc loại “{type}”, nhưng “answerable” là {answerable}. Hãy "
        "sửa một "
        "bên.",
        "cross_lingual_missing": "Câu hỏi {case} bằng “{lang}”, chỉ được trả lời bằng “{langs}”. Hãy gắn "
        "nhãn "
        "“cross-lingual”.",
        "cross_lingual_wrong": "Câu hỏi {case} có nhãn “cross-lingual”, nhưng hỏi bằng “{lang}” và được "
        "trả lời "
        "bằng “{langs}”. Hãy bỏ nhãn.",
        "tag_typo": "Nhãn “{tag}” của câu hỏi {case} chỉ dùng một lần. Có phải là “{near}” không?",
        "unknown_split": "Câu hỏi {case} thuộc phần “{split}”, không phải {known}.",
        "twin_answerable": "Với câu hỏi {case}, “answerable” là {answerable}, với câu đôi {other} là "
        "{other_answerable}. Câu đôi có cùng đáp án.",
        "twin_gold": "Đáp án của câu hỏi {case} ({gold}; “{nugget}”) khác với câu đôi {other} "
        "({other_gold}). Câu "
        "đôi có cùng đáp án.",
        "near_split": "Bài {name} gần đúng hoặc trả lời câu hỏi ở cả “{split}” và “{other}” (câu hỏi "
        "{case}); chỉ "
        "được ở một phần.",
    },
}
