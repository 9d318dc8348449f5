"""The keys that students hand in: each line is a key or a sentence, and nothing in it acts."""

import shutil
import stat
import subprocess

import pytest

from genweek.forges.forge import ForgeError
from genweek.forges.serving import sshd
from genweek.forges.serving.gitolite import files, perms
from genweek.forges.serving.keys import Key, read_keys, without_doubles

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="not installed: ssh-keygen (openssh-client)")


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> str:
    """A public key, as its owner sends it."""
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "alice@laptop", "-f", path], check=True)
    return path.with_suffix(".pub").read_text().strip()


def read(tmp_path, text: str, name: str = "alice.pub"):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    return read_keys(tmp_path)


def test_several_keys_of_one_person_and_comments_are_read(tmp_path, key):
    keys, problems = read(tmp_path, f"# laptop\n{key}\n\n{key} \n")
    assert [one.who for one in keys] == ["alice", "alice"] and problems == []
    assert keys[0].line == " ".join(key.split()[:2]) and keys[0].fingerprint.startswith("SHA256:")


def test_the_staff_is_told_from_a_student_of_the_same_name(tmp_path, key):
    assert [one.who for one in read(tmp_path, key, "staff/alice.pub")[0]] == ["staff.alice"]


ODD = {
    "an option before the key": 'command="sh" KEY',
    "a command after it": 'KEY" command="sh',
    "cut off": "SHORT",
    "another type than it says": "ssh-rsa BASE",
    "prose": "here is my key:",
    "the private half": "-----BEGIN OPENSSH PRIVATE KEY-----",
    "nothing of text": "\x00\x1b]0;x\x07",
}


@pytest.mark.parametrize("kind", ODD)
def test_a_line_that_is_no_key_is_a_sentence_or_loses_what_acts(tmp_path, key, kind):
    text = ODD[kind].replace("KEY", key).replace("SHORT", key[:40]).replace("BASE", key.split()[1])
    keys, problems = read(tmp_path, text)
    assert [one.line for one in keys] in ([], [" ".join(key.split()[:2])])
    assert len(keys) + len(problems) == 1 and all(said.startswith("alice.pub, line 1: ") for said in problems)


@pytest.mark.parametrize("name", ["Alice Ng.pub", "a@b.pub", "staff.tina.pub", "-oProxyCommand=x.pub", "@staff.pub"])
def test_a_file_that_is_called_after_nobody_lets_nobody_in(tmp_path, key, name):
    keys, problems = read(tmp_path, key, name)
    assert keys == [] and "is no login" in problems[0]


def test_one_key_of_two_people_stays_with_whose_it_was():
    alice, mallory = Key("alice", "ssh-ed25519 A", "SHA256:a"), Key("mallory", "ssh-ed25519 A", "SHA256:a")
    assert without_doubles([alice, mallory], {"ssh-ed25519 A": "alice"})[0] == [alice]
    assert without_doubles([alice, mallory], {})[0] == []
    assert "alice and mallory have handed in the same key. Nobody gets in" in without_doubles([alice, mallory], {})[1][0]


def test_owners_are_those_who_may_look_or_write():
    assert perms({"bob": "write", "alice": "read", "carol": "none"}) == "OWNERS alice bob\n"
    assert perms({"carol": "none"}) == perms({}) == ""


def test_rules_name_the_staff_and_nobody_else(tmp_path):
    conf = files(tmp_path, tmp_path / "repos", {"tina"})[tmp_path / ".gitolite/conf/gitolite.conf"]
    assert "@staff = staff.tina\n" in conf


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An account of the course that has all it needs."""
    (tmp_path / "forge/server").mkdir(parents=True)
    me = sshd.account()
    fields = (me.pw_name, "x", me.pw_uid or 1000, 1000, "", str(tmp_path), "/bin/sh")
    monkeypatch.setattr(sshd, "account", lambda: type(me)(fields))
    monkeypatch.setattr(sshd, "_private", lambda facts, me: not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    monkeypatch.setattr(sshd.shutil, "which", lambda program, path: f"/bin/{program}")
    sshd.check(tmp_path / "forge")
    return tmp_path


def test_what_would_keep_everybody_out_is_said_before(course, monkeypatch):
    (course / "forge").chmod(0o777)
    with pytest.raises(ForgeError, match="Others may write to .*/forge, so sshd trusts no key below it: chmod go-w"):
        sshd.check(course / "forge")
    with pytest.raises(ForgeError, match="holds a character that sshd or gitolite would read as something else"):
        sshd.check(course / "my forge")
    me = sshd.account()
    monkeypatch.setattr(sshd, "account", lambda: type(me)((*me[:6], "/usr/sbin/nologin")))
    with pytest.raises(ForgeError, match="has no shell"):
        sshd.check(course / "forge")
    monkeypatch.setattr(sshd, "account", lambda: type(me)((me[0], "x", 0, *me[3:])))
    with pytest.raises(ForgeError, match="Do not serve as root"):
        sshd.check(course / "forge")
    monkeypatch.setattr(sshd.shutil, "which", lambda program, path: None)
    with pytest.raises(ForgeError, match="apt-get install openssh-server openssh-client gitolite3"):
        sshd.check(course / "forge")
