"""What is said to the reader, in Vietnamese and English."""

from __future__ import annotations

WRONG = {
    "key": ("Khóa công khai của sổ không đọc được: {detail}", "The public key of the log cannot be read: {detail}"),
    "other_key": (
        "Sổ đưa ra khóa khác.\n  phải là: {expected}\n  đưa ra:  {served}\nSổ đổi tên sau khi khôi phục thì trang của nó nói rõ; khi đó hãy dùng tệp --state khác.",
        "The log shows another key.\n  expected: {expected}\n  served:   {served}\nA log that took a new name after a restore says so on its page; then use another --state file.",
    ),
    "other_witness": (
        "Nhân chứng không còn là nhân chứng đã biết.\n  phải là: {expected}\n  đưa ra:  {served}",
        "The witness is not the one known.\n  expected: {expected}\n  served:   {served}",
    ),
    "unsigned": ("Điểm chốt không có chữ ký của {by}.", "The checkpoint is not signed by {by}."),
    "unwitnessed": ("Điểm chốt không có chữ ký của nhân chứng {by}.", "The checkpoint is not countersigned by {by}."),
    "checkpoint": ("Điểm chốt không hợp lệ: {detail}", "The checkpoint is not in order: {detail}"),
    "shrunk": (
        "Sổ đã mất bản ghi: lần trước {before}, nay còn {now}.",
        "Entries have gone: {before} the last time, {now} now.",
    ),
    "rewritten": (
        "Lịch sử đã bị sửa: {size} bản ghi đầu không còn như lần trước.\n  lần trước: {before}\n  bây giờ:   {now}",
        "History was rewritten: the first {size} entries are not those of the last time.\n  before: {before}\n  now:    {now}",
    ),
    "entries": (
        "Các bản ghi không khớp với ô {tile}: một trong hai đã bị sửa.",
        "The entries do not agree with the tile {tile}: one of them was changed.",
    ),
    "bundle": ("Tệp {tile} không phải là một dãy bản ghi 32 byte.", "The file {tile} is not a row of entries of 32 bytes."),
    "tile": (
        "Ô {tile} không khớp với những ô bên dưới nó: đã bị sửa.",
        "The tile {tile} does not agree with those below it: it was changed.",
    ),
    "root": (
        "Gốc tính lại không phải gốc đã ký.\n  đã ký:    {signed}\n  tính lại: {computed}",
        "The root computed is not the one signed.\n  signed:   {signed}\n  computed: {computed}",
    ),
    "missing": ("Sổ không đưa ra tệp {file}.", "The log does not serve {file}."),
    "proof_file": ("Không đọc được chứng minh {file}: {detail}", "The proof {file} cannot be read: {detail}"),
    "proof_name": (
        "Chứng minh {file} được ký dưới tên khác: {by}.",
        "The proof {file} was signed under another name: {by}.",
    ),
    "proof": (
        "Chứng minh {file} sai: không dẫn tới gốc đã ký.",
        "The proof {file} is false: it does not lead to the signed root.",
    ),
    "proof_gone": (
        "Bản ghi {index} trong {file} từng được ký, nay không còn ở chỗ đó trong sổ.",
        "Entry {index} of {file} was once signed and is no longer in its place.",
    ),
    "opening": (
        "Nội dung trong {file} không phải nội dung mà bản ghi đã cam kết.",
        "The contents in {file} are not what the entry committed to.",
    ),
}
SAID = {
    "holds": ("ĐÚNG. Sổ khớp với những gì nó nói.", "HOLDS. The log is what it says."),
    "wrong": ("SAI. Hãy giữ lại những dòng này làm bằng chứng.", "WRONG. Keep these lines as evidence."),
    "log": ("Sổ", "Log"),
    "size": ("Số bản ghi", "Entries"),
    "root": ("Gốc", "Root"),
    "signed": ("Chữ ký của sổ", "Signature of the log"),
    "signed_first": (
        "đúng; khóa được tin vì đây là lần đầu (nên so với khóa lấy từ nơi khác: --key)",
        "good; the key is trusted because this is the first time (better compare it: --key)",
    ),
    "signed_known": ("đúng, bằng khóa đã biết", "good, by the key known before"),
    "witness": ("Nhân chứng", "Witness"),
    "no_witness": ("không có", "none"),
    "computed": ("Đã tính lại", "Computed again"),
    "computed_value": ("{entries} bản ghi, {tiles} ô; tất cả khớp", "{entries} entries, {tiles} tiles; all agree"),
    "since": ("So với lần trước", "Since the last time"),
    "since_value": ("{since} bản ghi của ngày {when} còn nguyên", "the {since} entries of {when} are unchanged"),
    "since_first": ("lần đầu; từ nay được ghi nhớ trong {state}", "the first time; from now on remembered in {state}"),
    "proof": ("Bản ghi", "Entry"),
    "proof_value": ("{file}: có trong sổ, ở vị trí {index}", "{file}: in the log, at place {index}"),
    "opened": ("nội dung đúng là nội dung đã cam kết", "its contents are those committed to"),
    "unreachable": ("KHÔNG KIỂM TRA ĐƯỢC: không kết nối được tới sổ", "NOT CHECKED: the log cannot be reached"),
    "state": ("tệp ghi nhớ bị hỏng: {path}", "the file of the earlier run is damaged: {path}"),
    "address": ("không phải địa chỉ của một sổ: {address}", "not the address of a log: {address}"),
    "no_file": ("không đọc được tệp {path}", "the file {path} cannot be read"),
    "not_remembered": (
        "Lần kiểm này không ghi nhớ được trong {path} ({why}): lần sau sẽ không so được với nó. Hãy chọn tệp khác bằng --state.",
        "This run could not be remembered in {path} ({why}), so the next one cannot compare with it. Choose another file by --state.",
    ),
    "one_proof": ("--opening cần đúng một --proof", "--opening needs exactly one --proof"),
}


def say(pair: tuple[str, str], language: str, **facts: object) -> str:
    """Return a sentence in one of the two languages."""
    return pair[language != "vi"].format(**facts)
