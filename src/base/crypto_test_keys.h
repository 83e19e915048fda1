// An RSA key that protects nothing, in three forms, and a signature that the `openssl` command made
// with it.
#ifndef COLDPATH_BASE_CRYPTO_TEST_KEYS_H_
#define COLDPATH_BASE_CRYPTO_TEST_KEYS_H_

#include <string_view>

namespace coldpath::base::test {

inline constexpr std::string_view kRsaPrivatePem = R"(-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDKDjsQE09PIApn
qyzfIvW8PJ4oPgZKgCzCGFQ4M6F3nBbFiVdNwpFscAlW+UEgGgGa1dAQQe5bcOgg
Kzq/UN0x5HYCBN6N2PO9xDBzu+8C+sHIzp2KpegpiZ8Rr0hVrFPs4KoSqgWCCDkU
p4kSGGgvjFi/IT8dZlmYPGHyHhGFSloLUutgQlORfZOeYzf1D7YYoO5CRMvH3KnD
UFtkNo8o+tqsIQ7lCqqfcSkztDr4jpe6DubvD2YuhoPjSvyeSpqV+P8FsNAnkMYn
bs09aCwqkoaEaO9hYh/UmluGJ6WlRf8/sn1FdrKQmsqTnzWnh2IYRWK6Sd+j7Jm1
HPoGjNOnAgMBAAECggEANLxsG/D+RSeWr6IUrxR/0KZ9nQE7QRydEfepm5WWMhKy
OtJyz9/VdtjzBxk9LzS6cIAXsvaSUJlybFr8FUz0vn3jcvl0YM9cJo5bGwnVAxER
nOiYY8STiKvbsZDvLzUwHmYw3Xg0wdCFnWdwtiFap/ZYf2IdB/5bqgkwgzHn3sKn
VP8Z4ATiC+bdZKNVtSkHM6EMiMAZrUOxrhwGEUBR+OXkgzpBGqYPTueIxEy28j1I
8hHYAHfhZsw9UlEf+3OJyzHwweNowEIhl0sWhFPz3vcpHuPONkLBvqW1NkaxNGd8
56qinCLUzTxdbje0VfXX/vn0DAJsbI4mJg+/3Zz1UQKBgQDtEEB/7eTnMjdhoQFi
updF7Kafmn9gP1cZhRxNcHDB7WflSKPMFV4fYNuO4mHXg29J59kwPEq7y1bLTzML
bR80Mm/FgQvALPIDiZlU7LgFf1wnLNDP5zfk3w40H1cw3XrMcESt3JLdvqV0lOS9
eOaS1UDnsj59+VROXTvWVhgf2QKBgQDaMhjMHOFtBNlAI/Rg6s7wPohGoumeChSF
7yAaBqeJTAoCjqflLtfApSLrmkLCiiWG+PIrV3XHm0z+VBcwee2lHe5tlri/pPgk
R+MAn28mKUJBI6Wi1g8cc54V83hEXN0QT3kmjCTn9g4FPh+9G3vEume1FipqUTjX
2DPnlC/ffwKBgQCtOe/3y001x9MCKxWJIFHDzb6f59Rl70LlKghZae1rN+Bwgdj3
GzIQ+cTWLwRR6AAdYCargZMWkOpWXAQvuEhR6v0TtE1y2yTpgtWhYezCT6N2GOBo
20tTmc6WNcSPt3exBeSZqxFCqbnba6WN8leCOgRYij3x7Yw2SxibcYPlWQKBgQDX
OCDTfA0ynly38n8C9bjmqZd7rQeoFiNGNKbCZRvtxi39db7PxZOUdo5qO/9rqh33
8yfTbnJDT8Dy//jbnPi2LD7Yo5lZlxwXlTyoiZp11q5+V+3yHxhKpRQibMONEtgO
VYWXaxagIkiUDUH7ItfDJWZT7SgrNDBQXvZbjwRlewKBgEO94bHC/uihKo4sGD+n
TdrlehUwp2xEV5TN3ny5MjJGEhkF0iHa5Kee+Twwn3aGi39TJUjzRRXCKzxG4NxF
TS5ATrRtjLVZTDeZNjRLNy0FOIbd18eAdPxq8SoZH1jpgqHw1i6jBmTGmI2jMIfk
Px6wq5dm/w4K53nKioKxPuaJ
-----END PRIVATE KEY-----
)";

inline constexpr std::string_view kRsaPublicPem = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyg47EBNPTyAKZ6ss3yL1
vDyeKD4GSoAswhhUODOhd5wWxYlXTcKRbHAJVvlBIBoBmtXQEEHuW3DoICs6v1Dd
MeR2AgTejdjzvcQwc7vvAvrByM6diqXoKYmfEa9IVaxT7OCqEqoFggg5FKeJEhho
L4xYvyE/HWZZmDxh8h4RhUpaC1LrYEJTkX2TnmM39Q+2GKDuQkTLx9ypw1BbZDaP
KPrarCEO5Qqqn3EpM7Q6+I6Xug7m7w9mLoaD40r8nkqalfj/BbDQJ5DGJ27NPWgs
KpKGhGjvYWIf1JpbhielpUX/P7J9RXaykJrKk581p4diGEViuknfo+yZtRz6BozT
pwIDAQAB
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view kRsaPrivateJwk =
    "{\"n\": \"yg47EBNPTyAKZ6ss3yL1vDyeKD4GSoAswhhUODOhd5wWxYlXTcKRbHAJVvlBIBoBmtXQEEHuW"
    "3DoICs6v1DdMeR2AgTejdjzvcQwc7vvAvrByM6diqXoKYmfEa9IVaxT7OCqEqoFggg5FKeJEhhoL4xYv"
    "yE_HWZZmDxh8h4RhUpaC1LrYEJTkX2TnmM39Q-2GKDuQkTLx9ypw1BbZDaPKPrarCEO5Qqqn3EpM7Q6-"
    "I6Xug7m7w9mLoaD40r8nkqalfj_BbDQJ5DGJ27NPWgsKpKGhGjvYWIf1JpbhielpUX_P7J9RXaykJrKk"
    "581p4diGEViuknfo-yZtRz6BozTpw\", \"d\": \"NLxsG_D-RSeWr6IUrxR_0KZ9nQE7QRydEfepm5WWMh"
    "KyOtJyz9_VdtjzBxk9LzS6cIAXsvaSUJlybFr8FUz0vn3jcvl0YM9cJo5bGwnVAxERnOiYY8STiKvbsZ"
    "DvLzUwHmYw3Xg0wdCFnWdwtiFap_ZYf2IdB_5bqgkwgzHn3sKnVP8Z4ATiC-bdZKNVtSkHM6EMiMAZrU"
    "OxrhwGEUBR-OXkgzpBGqYPTueIxEy28j1I8hHYAHfhZsw9UlEf-3OJyzHwweNowEIhl0sWhFPz3vcpHu"
    "PONkLBvqW1NkaxNGd856qinCLUzTxdbje0VfXX_vn0DAJsbI4mJg-_3Zz1UQ\", \"p\": \"7RBAf-3k5zI"
    "3YaEBYrqXReymn5p_YD9XGYUcTXBwwe1n5UijzBVeH2DbjuJh14NvSefZMDxKu8tWy08zC20fNDJvxYE"
    "LwCzyA4mZVOy4BX9cJyzQz-c35N8ONB9XMN16zHBErdyS3b6ldJTkvXjmktVA57I-fflUTl071lYYH9k"
    "\", \"q\": \"2jIYzBzhbQTZQCP0YOrO8D6IRqLpngoUhe8gGganiUwKAo6n5S7XwKUi65pCwoolhvjyK1d"
    "1x5tM_lQXMHntpR3ubZa4v6T4JEfjAJ9vJilCQSOlotYPHHOeFfN4RFzdEE95Jowk5_YOBT4fvRt7xLp"
    "ntRYqalE419gz55Qv338\", \"dp\": \"rTnv98tNNcfTAisViSBRw82-n-fUZe9C5SoIWWntazfgcIHY9x"
    "syEPnE1i8EUegAHWAmq4GTFpDqVlwEL7hIUer9E7RNctsk6YLVoWHswk-jdhjgaNtLU5nOljXEj7d3sQ"
    "XkmasRQqm522uljfJXgjoEWIo98e2MNksYm3GD5Vk\", \"dq\": \"1zgg03wNMp5ct_J_AvW45qmXe60Hq"
    "BYjRjSmwmUb7cYt_XW-z8WTlHaOajv_a6od9_Mn025yQ0_A8v_425z4tiw-2KOZWZccF5U8qImaddauf"
    "lft8h8YSqUUImzDjRLYDlWFl2sWoCJIlA1B-yLXwyVmU-0oKzQwUF72W48EZXs\", \"qi\": \"Q73hscL-"
    "6KEqjiwYP6dN2uV6FTCnbERXlM3efLkyMkYSGQXSIdrkp575PDCfdoaLf1MlSPNFFcIrPEbg3EVNLkBO"
    "tG2MtVlMN5k2NEs3LQU4ht3Xx4B0_GrxKhkfWOmCofDWLqMGZMaYjaMwh-Q_HrCrl2b_DgrnecqKgrE-"
    "5ok\", \"e\": \"AQAB\", \"kty\": \"RSA\"}";

// RS256 over "coldpath", base64.
inline constexpr std::string_view kRsaSignature =
    "hfzrKFp2N4Pa4tDwd8qvhopYMhYGcgg3wUw28iT+bRHCK+kLzm73prmUQ6M6K+l+QCW5qSdjkS945ymZ"
    "GR0SL+zI+slLi3sOPHMNj8SxOuDLZRv9eyuGTt11rChKqA+qiEIWlE0tFscR9/WVI7BurgJDhyu6/2TR"
    "r3jum34m2l9FHxWIq5BMvHfv2rIqEX4urP9fry9x8bKrGQ0DHf0Jum/eb4G91YqUQia1aJmg576403Od"
    "BtrWlmYh/sfn7nO/Bd8P8XYAUn+dO9b6O8lsYsYFmSKJ4WFVtWwsdLw6Lu3SyR6d2Oi13loz2zYi3lDz"
    "osCrEojEciMKtBfgVXdVlw==";

}  // namespace coldpath::base::test

#endif  // COLDPATH_BASE_CRYPTO_TEST_KEYS_H_
