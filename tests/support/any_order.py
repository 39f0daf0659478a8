"""What a provider owes a client, in a few lines: the model that random conversations are held against."""

from dataclasses import dataclass, field

CODE, ACCESS_TOKEN, RETRY = 600, 3600, 30  # seconds that each is good
REFRESHABLE, SESSION = 30 * 86400, 14 * 86400


@dataclass
class Session:
    """One time that the person signed in."""

    ends_at: int
    ended: bool = False


@dataclass
class Family:
    """A code and everything that came of it."""

    code: str
    made_at: int
    session: Session
    offline: bool
    redeemed: bool = False
    revoked: bool = False
    access_tokens: dict[str, int] = field(default_factory=dict)  # until when each is good
    refresh_token: str = ""
    previous: str = ""
    rotated_at: int = 0
    answer: dict = field(default_factory=dict)
    far_back: list[str] = field(default_factory=list)

    def is_live(self, now):
        if self.revoked or now >= self.made_at + REFRESHABLE:
            return False
        return self.offline or (not self.session.ended and now < self.session.ends_at)

    def gives_tokens_for_its_code(self, now):
        return not self.redeemed and now < self.made_at + CODE and self.is_live(now)

    def redeem(self, now, answer):
        self.redeemed = True
        self.access_tokens[answer["access_token"]] = now + ACCESS_TOKEN
        self.refresh_token = answer["refresh_token"]

    def rotate(self, now, answer):
        if self.previous:
            self.far_back.append(self.previous)
        self.previous, self.refresh_token, self.rotated_at, self.answer = self.refresh_token, answer["refresh_token"], now, answer
        self.access_tokens[answer["access_token"]] = now + ACCESS_TOKEN

    def repeats(self, now):
        """Whether the token before gets the same answer again."""
        return self.is_live(now) and now < self.rotated_at + RETRY

    def revoke(self):
        self.revoked = True

    def opens(self, access_token, now):
        return self.is_live(now) and now < self.access_tokens.get(access_token, 0)
