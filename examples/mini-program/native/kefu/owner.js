/**
 * Who the person is. Your own server knows, by the code of `login()`, which it changes into an openid
 * with the app's secret; neither that secret nor a key of Chatdock is in the app. On H5 there is no
 * such code: there it knows the person by its own cookie.
 */

/** A function that gives a promise of a new user token: `{"token": "…"}` from `address`. */
function userTokenFrom(api, address) {
  return () => askedOf(api, address).then((said) => said.token);
}

/** A promise of an address for the web-view, good once and for a minute: `{"chat_url": "…"}`. */
function chatUrlFrom(api, address) {
  return askedOf(api, address).then((said) => said.chat_url);
}

/** For trying without signing in: who knows the id reads the talk, so it is long and stays here. */
function deviceIdOf(api) {
  const key = "chatdock.device";
  const piece = () => Math.random().toString(36).slice(2, 12);
  const id = api.getStorageSync(key) || `phone_${Date.now().toString(36)}_${piece()}${piece()}${piece()}`;
  api.setStorageSync(key, id);
  return id;
}

function askedOf(api, address) {
  return loginCode(api).then(
    (code) =>
      new Promise((resolve, reject) => {
        api.request({
          url: address,
          method: "POST",
          data: { code },
          withCredentials: true, // H5 alone reads this
          success: ({ statusCode, data }) =>
            statusCode === 200 && data ? resolve(data) : reject(new Error(`status ${statusCode}`)),
          fail: (trouble) => reject(new Error(trouble.errMsg)),
        });
      })
  );
}

function loginCode(api) {
  return new Promise((resolve) => {
    api.login({ success: ({ code }) => resolve(code), fail: () => resolve("") });
  });
}

module.exports = { userTokenFrom, chatUrlFrom, deviceIdOf };
