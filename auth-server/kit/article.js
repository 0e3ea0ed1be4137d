// The upload of the article's mini-program: its calls in its order, with its parameters, and the
// same data on its page. It shows that such code runs against this server as it stands; new code
// takes upload.js, which looks at errors and renews signatures.

const config = require('./config.js');

const cosUrl = `https://${config.cos_region}.file.myqcloud.com/files/v2/`
  + `${config.cos_appid}/${config.cos_bucket_name}${config.cos_dir_name}`;
const signUrl = `${config.host}/v1/qc_cos/config?cos_path=${config.cos_dir_name}`;

/** Lets the user choose a picture, and uploads it. */
function uploadToCos(page) {
  wx.chooseImage({
    sizeType: ['original', 'compressed'],
    success(chosen) {
      const { path } = chosen.tempFiles[0];
      // wxfile://tmp_1.jpg on a phone, http://tmp/1.jpg in the developer tools.
      upload(path, path.replace(/^(wxfile|http):\/\//, ''), page);
    },
  });
}

/** `page` has data.jwt.access_token and data.files, and setData. */
function upload(filePath, fileName, page) {
  wx.request({
    url: signUrl,
    header: { Authorization: `JWT ${page.data.jwt.access_token}` },
    success(answer) {
      const task = wx.uploadFile({
        url: `${cosUrl}/${fileName}`,
        filePath,
        header: { Authorization: answer.data.sign },
        name: 'filecontent',
        formData: { op: 'upload' },
        success(uploaded) {
          const told = JSON.parse(uploaded.data);
          const address = told.data.source_url;
          page.setData({
            upload_res: told,
            files: page.data.files.concat(address),
            test_image: address,
          });
        },
        fail: (error) => console.log(error.errMsg),
      });
      task.onProgressUpdate(({ progress }) => {
        page.setData({ upload_progress: progress });
        // A full bar is an empty one again.
        if (progress === 100) page.setData({ upload_progress: 0 });
      });
    },
  });
}

module.exports = { uploadToCos, upload };
