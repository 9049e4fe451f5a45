// The microphone, and the tones that the page makes itself: ringing, and a short sound for each key.
window.dkSound = (() => {
  let context = null;
  let ringing = null;
  const KEYS = { 1: [697, 1209], 2: [697, 1336], 3: [697, 1477], 4: [770, 1209], 5: [770, 1336], 6: [770, 1477],
    7: [852, 1209], 8: [852, 1336], 9: [852, 1477], "*": [941, 1209], 0: [941, 1336], "#": [941, 1477] };

  function beep(frequencies, seconds, loudness = 0.05) {
    context ||= new AudioContext();
    const gain = new GainNode(context, { gain: loudness });
    gain.connect(context.destination);
    for (const frequency of frequencies) {
      const tone = new OscillatorNode(context, { frequency });
      tone.connect(gain);
      tone.start();
      tone.stop(context.currentTime + seconds);
    }
  }

  // The microphone, or an error with `word`, the key of a sentence.
  async function microphone() {
    if (!navigator.mediaDevices) throw Object.assign(new Error("insecure"), { word: "insecure" });
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (fault) {
      const words = { NotAllowedError: "mic_denied", SecurityError: "mic_denied", NotFoundError: "mic_missing" };
      throw Object.assign(fault, { word: words[fault.name] || "mic_busy" });
    }
  }

  return {
    microphone,
    key: (digit) => beep(KEYS[digit] || [], 0.12),
    ring(on) {
      clearInterval(ringing);
      ringing = null;
      if (!on) return;
      beep([450, 480], 1);
      ringing = setInterval(() => beep([450, 480], 1), 4000); // a second in five, as telephones here ring
    },
    release: (stream) => stream?.getTracks().forEach((track) => track.stop()),
  };
})();
