// The upload of the article's mini-program, with its calls and its data as they were: choose a
// picture, fetch the signature, send the form, show source_url. It is kept to show that such code
// runs against this server as it stands; new code takes upload.js, which looks at errors and
// renews signatures.

const config = require('./config');

const cosUrl = 'https://' + config.cos_region + '.file.myqcloud.com/files/v2/'
  + config.cos_appid + '/' + config.cos_bucket_name + config.cos_dir_name;
const signUrl = config.host + '/v1/qc_cos/config?cos_path=' + config.cos_dir_name;

function chooseAndUpload(page) {
  wx.chooseImage({
    count: 1,
    sizeType: ['original', 'compressed'],
    sourceType: ['album', 'camera'],
    success: function (res) {
      const filePath = res.tempFilePaths[0];
      // wxfile://tmp_1.jpg on a phone, http://tmp/1.jpg in the developer tools.
      const fileName = filePath.replace(/^(wxfile|http):\/\//, '');
      upload(filePath, fileName, page);
    },
  });
}

function upload(filePath, fileName, page) {
  wx.request({
    url: signUrl,
    header: {
      Authorization: 'JWT ' + wx.getStorageSync('jwt').access_token,
    },
    success: function (cosRes) {
      const signature = cosRes.data.sign;
      wx.uploadFile({
        url: cosUrl + '/' + fileName,
        filePath: filePath,
        header: {
          Authorization: signature,
        },
        name: 'filecontent',
        formData: {
          op: 'upload',
        },
        success: function (uploadRes) {
          const data = JSON.parse(uploadRes.data);
          page.setData({ imageUrl: data.data.source_url });
        },
        fail: function (error) {
          page.setData({ error: error.errMsg });
        },
      });
    },
  });
}

module.exports = { chooseAndUpload, upload };
