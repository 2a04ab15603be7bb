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
        "import_kind": "The file's name must end in .csv, .tsv, .jsonl, .ndjson or .json, and does not:",
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
    },
}
