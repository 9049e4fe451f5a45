// The telephone in the browser: JsSIP speaks SIP, this shows one call at a time and signs the line in.
// The account is short-lived and asked for anew before each registration; the line's own password never comes here.
(() => {
  const root = document.querySelector("#webphone");
  const words = JSON.parse(document.querySelector("#webphone-words").textContent);
  const one = (selector) => root.querySelector(selector);
  const digits = one("#webphone-digits");
  const act = (name) => one(`[data-do="${name}"]`);
  const { socket: address, realm, line, account: accountUrl, name } = root.dataset;
  const AGAIN_MS = 5000;
  const ONLY_DIGITS = /[^0-9*#+A-Da-d]/g;
  const FULL_WIDTH = { "＊": "*", "＃": "#", "＋": "+" };

  // --- what is shown
  let call = null; // { session, stream, phase, peer, since }
  let fault = "";
  let last = "idle";

  function state(word) {
    const place = one("[data-state]");
    place.dataset.state = word;
    place.querySelector("span").textContent = words[word];
  }

  function complain(word) {
    fault = words[word] || "";
    draw();
  }

  function draw() {
    const phase = call?.phase || "none";
    root.dataset.phase = phase;
    one("[data-peer]").textContent = call?.peer || "";
    one("[data-words]").textContent = words[call ? phase : last];
    const box = one("[role=alert]");
    box.textContent = fault;
    box.hidden = !fault;
    const up = ["talking", "held", "held_there"].includes(phase);
    digits.placeholder = up ? words.transfer_to : words.number;
    act("call").hidden = phase !== "none";
    act("answer").hidden = phase !== "incoming";
    act("hang-up").hidden = phase === "none";
    one('[data-for="refuse"]').hidden = phase !== "incoming";
    one('[data-for="hang-up"]').hidden = phase === "incoming";
    for (const each of ["hold", "mute", "transfer"]) act(each).hidden = !up;
    act("hold").setAttribute("aria-pressed", String(phase === "held"));
    act("hold").classList.toggle("active", phase === "held");
    const muted = Boolean(call && call.session.isMuted().audio);
    act("mute").setAttribute("aria-pressed", String(muted));
    act("mute").classList.toggle("active", muted);
    tick();
  }

  function tick() {
    const seconds = call?.since ? Math.floor((Date.now() - call.since) / 1000) : -1;
    const two = (value) => String(value).padStart(2, "0");
    one("[data-clock]").textContent = seconds < 0 ? "" : `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }
  setInterval(tick, 500);

  // --- signing the line in
  const socket = new JsSIP.WebSocketInterface(address);
  const agent = new JsSIP.UA({
    sockets: [socket],
    uri: `sip:${line}@${realm}`,
    display_name: name,
    password: "-", // set before each registration
    register: false,
    register_expires: 600,
    session_timers: true,
    user_agent: "Dakehu",
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 15,
  });
  let again = null;

  async function signIn() {
    clearTimeout(again);
    const later = (word) => { state(word); again = setTimeout(signIn, AGAIN_MS); };
    try {
      const token = one("[name=csrfmiddlewaretoken]").value;
      const headers = { "X-CSRFToken": dk.cookie("dakehu_csrf") || token, "HX-Request": "true" };
      const answer = await fetch(accountUrl, { method: "POST", headers });
      if (answer.status === 401) return later("signed_out");
      if (answer.status === 403 || answer.status === 404) return state("taken");
      if (!answer.ok) return later("refused");
      const account = await answer.json();
      if (!agent.isConnected()) return undefined; // "connected" comes here again
      agent.set("authorization_user", account.username);
      agent.set("ha1", "");
      agent.set("password", account.password);
      agent.register();
    } catch {
      later("lost");
    }
    return undefined;
  }

  agent.on("connecting", () => state(again || last !== "idle" ? "lost" : "connecting"));
  agent.on("connected", signIn);
  agent.on("disconnected", () => { clearTimeout(again); state("lost"); });
  agent.on("registered", () => state("ready"));
  agent.on("registrationExpiring", signIn);
  agent.on("registrationFailed", () => {
    if (!agent.isConnected()) return;
    state("refused");
    clearTimeout(again);
    again = setTimeout(signIn, AGAIN_MS);
  });

  // --- a call
  const causes = JsSIP.C.causes;
  const REASONS = {
    [causes.BUSY]: "busy", [causes.REJECTED]: "declined", [causes.NOT_FOUND]: "unknown", [causes.ADDRESS_INCOMPLETE]: "unknown",
    [causes.UNAVAILABLE]: "unavailable", [causes.NO_ANSWER]: "no_answer", [causes.REQUEST_TIMEOUT]: "no_answer",
  };

  function begin(session, phase, stream = null) {
    const peer = session.remote_identity.display_name || session.remote_identity.uri.user;
    call = { session, stream, phase, peer, since: 0 };
    const mine = (then) => (event) => { if (call?.session === session) then(event); };
    const to = (next) => mine(() => { call.phase = next; draw(); });
    session.on("progress", mine((event) => { if (event.originator === "remote") { call.phase = "ringing"; draw(); } }));
    session.on("confirmed", mine(() => { call.since ||= Date.now(); if (call.phase !== "held") call.phase = "talking"; draw(); }));
    session.on("accepted", mine(() => { call.since ||= Date.now(); call.phase = "talking"; dkSound.ring(false); draw(); }));
    session.on("hold", mine((event) => { call.phase = event.originator === "local" ? "held" : "held_there"; draw(); }));
    session.on("unhold", to("talking"));
    for (const each of ["muted", "unmuted"]) session.on(each, mine(draw));
    session.on("ended", mine(() => end(call.phase === "transferring" ? "transferred" : "ended")));
    session.on("failed", mine((event) => end(reason(event, session))));
    if (session.connection) listen(session.connection);
    else session.on("peerconnection", (event) => listen(event.peerconnection));
    digits.blur();
    draw();
  }

  function reason(event, session) {
    if (event.cause === causes.CANCELED) return event.originator === "local" ? "cancelled" : "missed";
    if (event.originator === "local") return session.direction === "incoming" ? "ended" : "failed";
    return REASONS[event.cause] || "failed";
  }

  function end(word) {
    dkSound.ring(false);
    dkSound.release(call.stream);
    one("[data-ear]").srcObject = null;
    call = null;
    last = word;
    draw();
  }

  function listen(connection) {
    connection.addEventListener("track", (event) => {
      one("[data-ear]").srcObject = event.streams[0] || new MediaStream([event.track]);
    });
  }

  agent.on("newRTCSession", ({ originator, session }) => {
    if (originator === "local") return;
    if (call || starting) {
      session.terminate({ status_code: 486 });
      return;
    }
    fault = "";
    begin(session, "incoming");
    dkSound.ring(true);
  });

  let starting = false; // the microphone is being asked for
  const withSound = (stream) => ({ mediaStream: stream, pcConfig: { iceServers: [] } });

  async function microphone() {
    fault = "";
    starting = true;
    try {
      return await dkSound.microphone();
    } catch (refused) {
      complain(refused.word);
      return null;
    } finally {
      starting = false;
    }
  }

  const acts = {
    async call() {
      const target = typed();
      if (!target || call || starting) return;
      const stream = await microphone();
      if (!stream) return;
      if (call || !agent.isConnected()) return dkSound.release(stream);
      begin(agent.call(`sip:${encodeURIComponent(target)}@${realm}`, withSound(stream)), "dialling", stream);
      call.peer = target;
      digits.value = "";
      draw();
    },
    async answer() {
      const wanted = call;
      if (wanted?.phase !== "incoming" || starting) return;
      dkSound.ring(false);
      const stream = await microphone();
      if (call !== wanted) return dkSound.release(stream);
      if (!stream) return;
      wanted.stream = stream;
      wanted.phase = "answering";
      wanted.session.answer(withSound(stream));
      draw();
    },
    "hang-up"() {
      if (!call) return;
      if (call.phase === "incoming") call.session.terminate({ status_code: 603 });
      else call.session.terminate();
    },
    hold() {
      if (call?.phase === "held") call.session.unhold();
      else call?.session.hold();
    },
    mute() {
      if (call?.session.isMuted().audio) call.session.unmute({ audio: true });
      else call?.session.mute({ audio: true });
    },
    transfer() {
      const target = typed();
      if (!target) { complain("no_target"); digits.focus(); return; }
      fault = "";
      const wanted = call;
      const before = call.phase;
      const refused = () => { if (call === wanted) { call.phase = before; complain("not_transferred"); } };
      const done = () => { if (call === wanted) wanted.session.terminate(); };
      const eventHandlers = { requestFailed: refused, failed: refused, accepted: done };
      call.session.refer(`sip:${encodeURIComponent(target)}@${realm}`, { eventHandlers });
      call.phase = "transferring";
      digits.value = "";
      draw();
    },
    erase() {
      digits.value = digits.value.slice(0, -1);
      digits.focus();
    },
  };

  // --- keys
  const typed = () => digits.value
    .replace(/[０-９＊＃＋]/g, (sign) => FULL_WIDTH[sign] || String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(ONLY_DIGITS, "");

  // In a call the keys are tones, and the box takes the number to transfer to.
  function press(key) {
    if (!call) {
      digits.value += key;
    } else if (call.phase === "talking") {
      call.session.sendDTMF(key, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 });
      dkSound.key(key);
    }
  }

  root.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    const button = event.target.closest("[data-do]");
    if (key) press(key.dataset.key);
    if (button) acts[button.dataset.do]();
  });
  one("[data-dial]").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!call) acts.call();
    else if (call.phase === "incoming") acts.answer();
  });
  one("[data-line-choice]")?.addEventListener("change", (event) => event.target.form.submit());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("dialog, .dk-search")) return;
    if (event.key === "Escape" && call) { event.preventDefault(); acts["hang-up"](); return; }
    if (event.target.matches("input, select, textarea")) return;
    if (/^[0-9*#]$/.test(event.key)) { event.preventDefault(); press(event.key); }
    else if (event.key === "Backspace") acts.erase();
    else if (event.key === "Enter" && !event.target.closest("button, a, summary")) one("[data-dial]").requestSubmit();
  });

  window.addEventListener("beforeunload", (event) => { if (call) event.preventDefault(); });
  window.addEventListener("pagehide", () => { agent.stop(); });
  state("connecting");
  draw();
  agent.start();
})();
