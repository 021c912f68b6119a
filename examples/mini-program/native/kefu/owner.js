/**
 * What your own server is asked for. It knows the person by the code of `login()`, which it changes
 * into an openid with the app's secret; neither the secret nor a key of Chatdock is in the app. On
 * H5, where there is no such code, it knows the person by its own cookie.
 */

/** A function that gives a promise of a new user token: `{"token": "…"}` from `address`. */
function userTokenFrom(api, address) {
  return () => askedOf(api, address).then((said) => said.token);
}

/** A promise of an address for the web-view, good once and for a minute: `{"chat_url": "…"}`. */
function chatUrlFrom(api, address) {
  return askedOf(api, address).then((said) => said.chat_url);
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

module.exports = { userTokenFrom, chatUrlFrom };
