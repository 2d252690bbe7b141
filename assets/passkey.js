// SPDX-License-Identifier: Apache-2.0
// passkey.js - asks the browser for a passkey and puts its answer into the form that stands there. Nothing else: the
// server checks everything. Without this script the page says what to do instead.
'use strict';

const text = (bytes) => {
  let s = '';
  for (const b of new Uint8Array(bytes)) s += String.fromCharCode(b);
  return btoa(s).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};
const bytes = (s) => Uint8Array.from(atob(s.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

const make = async (d) => {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(d.challenge),
      rp: { id: d.site, name: 'Akari' },
      user: { id: bytes(d.account), name: 'Akari', displayName: 'Akari' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -8 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      timeout: 120000,
    },
  });
  return {
    client_data: made.response.clientDataJSON,
    authenticator_data: made.response.getAuthenticatorData(),
  };
};

const use = async (d) => {
  const used = await navigator.credentials.get({
    publicKey: { challenge: bytes(d.challenge), rpId: d.site, userVerification: 'required', timeout: 120000 },
  });
  return {
    client_data: used.response.clientDataJSON,
    authenticator_data: used.response.authenticatorData,
    signature: used.response.signature,
    credential: used.rawId,
  };
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const button = form.querySelector('button');
  const failed = form.querySelector('.passkey-failed');
  if (!window.PublicKeyCredential) continue;
  button.disabled = false;
  form.addEventListener('submit', async (event) => {
    if (form.elements.client_data.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const got = await (form.dataset.passkey === 'new' ? make(form.dataset) : use(form.dataset));
      for (const [name, value] of Object.entries(got)) form.elements[name].value = text(value);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
